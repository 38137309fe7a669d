/** What customers of a livestream shop write, by the language of their phone. */
export const PHRASES = {
  id: [
    '/start',
    'kak, top up uang elektronik error',
    'saldo saya belum masuk, nomor pesanan TX88412097',
    'live saya tiba-tiba putus',
    'gimana cara tarik saldo?',
    'makasih kak 🙏',
  ],
  es: [
    '/start',
    'la repetición no carga',
    'no me llegan las monedas que compré',
    '¿cómo puedo retirar mi saldo?',
    'quiero denunciar a un streamer',
    'muchas gracias',
  ],
  ar: [
    '/start',
    'أريد الإبلاغ عن محتوى مسيء في البث المباشر',
    'لم يصل الرصيد بعد الشحن',
    'البث يتقطع كل دقيقة',
    'شكرًا لكم',
  ],
  en: [
    '/start',
    'my top-up went through but no coins arrived',
    'the replay will not download',
    'I want a refund for order GB-10277',
    'thanks!',
  ],
  zh: ['/start', '充值成功但是金币没有到账', '直播一直卡顿', '怎么提现？', '我要举报主播', '谢谢'],
};

/** Phrases of the phone's language first, then one of every other. */
export function phrasesFor(languageCode) {
  const own = (languageCode ?? 'en').slice(0, 2).toLowerCase();
  const first = PHRASES[own] ?? PHRASES.en;
  const others = Object.entries(PHRASES).flatMap(([lang, list]) => (lang === own ? [] : list.slice(1, 2)));
  return [...first, ...others];
}
