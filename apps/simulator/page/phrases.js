/** What customers of a livestream shop write, by the language of their phone. */
export const PHRASES = {
  id: [
    '/start',
    'kak, top up uang elektronik error',
    'saldo saya belum masuk padahal sudah top up',
    'nomor pesanan saya TX88412097',
    'berapa lama penarikan saldo?',
    'mau bicara dengan manusia',
    'terima kasih',
  ],
  es: [
    '/start',
    'la repetición del directo no carga',
    'ya recargué pero el saldo no ha llegado',
    '¿cuánto tarda un retiro?',
    'quiero hablar con una persona',
    'gracias',
  ],
  ar: [
    '/start',
    'أريد تقديم شكوى بشأن محتوى أحد صناع المحتوى',
    'لقد شحنت ولكن الرصيد لم يصل',
    'البث يتقطع كل دقيقة',
    'أريد التحدث مع موظف',
    'شكرا',
  ],
  en: [
    '/start',
    'I have topped up but the balance has not arrived',
    'The stream keeps stalling',
    'I want a refund',
    'I want to talk to a person',
    'Thank you',
  ],
  zh: ['/start', '已经充值了，余额还没到账', '直播一直卡顿', '提现需要多久？', '我要人工', '谢谢'],
};

/** Phrases of the phone's language first, then one of every other. */
export function phrasesFor(languageCode) {
  const own = (languageCode ?? 'en').slice(0, 2).toLowerCase();
  const first = PHRASES[own] ?? PHRASES.en;
  const others = Object.entries(PHRASES).flatMap(([lang, list]) => (lang === own ? [] : list.slice(1, 2)));
  return [...first, ...others];
}
