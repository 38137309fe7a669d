/**
 * Words of chat that the statistical models never saw: slang, missing diacritics, romanised Hindi and Arabic. Used with a
 * weight by share of the message, never alone on long text, so that a wrong entry cannot outvote the models.
 */
export type Lexicon = Readonly<Record<string, string>>;

/** By language tag; words separated by blanks, lower case, without diacritics where chat drops them too. */
export const CHAT_LEXICON: Lexicon = {
  id: `aku saya gue gw gua kamu lu kak kakak min bang gan nggak ngga gak ga enggak tidak bisa udah sudah belum blm udh banget bgt
    gimana gmn kenapa knp kok dong sih nih deh lagi yang yg untuk utk dengan dgn dan uang duitnya saldo masuk penarikan tarik
    isi ulang akun akunku siaran ulasan tolong mohon bantu terima kasih makasih selamat pagi siang sore malam hilang belom pake
    mau bicara manusia dari ke ini itu apa berapa kapan dimana siapa karena tapi juga saja aja terus malah padahal koin hadiah`,
  ms: `awak nak tak dah macam mana baki akaun siaran duit sudah cik encik boleh kenapa tolong terima kasih saya kami korang
    bila kat pun lah sangat wang hari ni tu je masih belum ada pengeluaran tambah nilai dekat jugak takde tiada kena
    selamat petang hendak hilang sokongan bercakap`,
  es: `hola buenas buenos dias tardes noches gracias por favor porfa no puedo puede mi el la los las que q xq porque pq como
    cuando donde quiero necesito ayuda ayudame recarga saldo dinero cuenta directo repeticion llego llegado todavia aun
    esta estoy pero muy tambien retiro retirar persona hablar con una un wey dlv pls carga reembolso devolucion tengo
    para del hace ya me se sale dice`,
  pt: `ola oi bom dia tarde noite obrigado obrigada obg por favor nao naum vc voce pq porque quero preciso ajuda minha meu
    recarga saldo dinheiro conta saque sacar caiu ainda esta estou mas muito tambem atendente falar com uma um pessoa
    reembolso para do da cade blz transmissao nada`,
  fr: `bonjour bonsoir salut merci svp stp je j'ai mon ma mes le la les des une un pas est ne peux voudrais argent compte
    recharge pourquoi comment quand avec pour mais tres aussi toujours rien parler personne remboursement c'est qui que`,
  de: `hallo guten tag morgen abend danke bitte ich mein meine nicht ist das die der und wie warum wann geld konto guthaben
    auszahlung aufladung noch kein keine mit fur aber auch sehr mensch sprechen kann geht habe einen`,
  it: `ciao buongiorno buonasera grazie per favore non il mio la mia sono ho che perche come quando soldi ricarica
    rimborso ancora ma anche molto parlare con una persona operatore vorrei`,
  tr: `merhaba selam tesekkurler lutfen ben benim degil yok var para hesap hesabim bakiye yukleme cekme nasil neden ne
    zaman bir ve icin ama cok da de hala gelmedi yardim musteri temsilcisi istiyorum abi`,
  vi: `toi em anh chi minh khong ko k dc duoc roi chua nap tien rut tai khoan vao bi loi giup voi cho oi sao the nao
    va la co nhung nay cam on xin chao qua tặng mat het lau gap nguoi`,
  tl: `po opo hindi ang ng mga sa ko mo akin ako ikaw siya kayo bakit paano kailan nasaan pera wala pa na ba lang naman
    salamat kumusta magandang umaga gabi gusto kausap tao naka hindi pumasok ayaw pakiayos yung nung`,
  'hi-Latn': `mera meri mere mujhe muje nahi nahin nhi hai hain tha kya kyu kyun kaise kab kaha paisa paise rupaye bhai yaar kat mile mila
    aaya aya gaya gya kar karo karna karein raha rahi abhi bhi se ko ka ki ke aur lekin batao chahiye dost ji hua`,
  'ar-Latn': `ana el al msh mesh mish mafi ma2dar leh leeh lesh keef kif ezay izay sha7n sha7ant raseed rasid flos floos 7aga
    3ala 3ayez 3ayz 3ndi 3andi mo moshkela mushkila law sama7t shukran salam habibi bas lazem mabtsht8lsh wel fel w ya akhi lissa lessa shi habibi`,
  en: `the my your is are was not can can't cannot don't didn't doesn't please i'm i've it's this that with for and but what
    when where why how have has had money help need want hello thanks you me we they there still cannot get got won't to of`,
};

/** Marks that set Indonesian and Malay apart; both models mix them up. */
export const INDONESIAN_MARKS = new Set(
  `aku gue gw gua lu nggak ngga gak ga enggak udah udh banget bgt gimana gmn kenapa uang tidak bisa kok dong sih nih deh aja
  akun kak min gan tarik penarikan koneksi karena kapan mau bicara elektronik rekening kirim kirimkan pulsa dompet makasih coba
  butuh kalau saldo hapus unduh unggah masuknya sedang nonton siarannya mohon tayangan silakan ponsel sandi tautan tautannya
  petugas pukul jawaban jawabannya percakapan biaya kesalahan pengguna nomor kartu memeriksa peninjauan masalahnya membuat
  pengembalian keluhan dukungan pembayaran`.split(/\s+/),
);
export const MALAY_MARKS = new Set(
  `nak tak dah macam baki akaun awak duit cik encik boleh korang bila kat takde tiada jugak wang pengeluaran petang hendak
  sokongan bercakap semak sila kerana mahu telefon pelayan bayaran sahaja lagipun ialah sekejap ralat caj pautan laluan emel
  tempoh perkhidmatan sebarang aduan syiling muat daripada pengesahan`.split(/\s+/),
);

export interface LexiconEntry {
  /** Used unchanged in many languages, so that it says nothing of the rest of a sentence. */
  borrowed: boolean;
  /** With a share each where several claim the word. */
  langs: readonly (readonly [lang: string, weight: number])[];
}

/** All that is known of a word, in one table. `loanwords` may be of several words each. */
export function compileLexicon(lexicon: Lexicon, loanwords: readonly string[]): Map<string, LexiconEntry> {
  const byWord = new Map<string, string[]>();
  for (const [lang, words] of Object.entries(lexicon)) {
    for (const word of new Set(words.split(/\s+/).filter(Boolean))) {
      const langs = byWord.get(word);
      if (langs) langs.push(lang);
      else byWord.set(word, [lang]);
    }
  }
  const borrowed = new Set(loanwords.flatMap((entry) => entry.toLowerCase().split(/[\s-]+/)).filter(Boolean));
  return new Map(
    [...new Set([...byWord.keys(), ...borrowed])].map((word) => {
      const langs = byWord.get(word) ?? [];
      return [word, { borrowed: borrowed.has(word), langs: langs.map((lang) => [lang, 1 / langs.length] as const) }];
    }),
  );
}
