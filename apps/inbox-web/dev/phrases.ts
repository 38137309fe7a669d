/** What customers of the fixture write, with an English reading, and what agents answer. */
export interface Phrase {
  text: string;
  en: string;
  terms?: { concept: string; src: string; tgt: string }[];
  mixedWith?: string[];
}

export const CUSTOMER: Record<string, Phrase[]> = {
  id: [
    {
      text: 'Kak, top up diamond saya 150.000 rupiah belum masuk',
      en: 'Hi, my diamond top-up of 150,000 rupiah has not arrived',
      terms: [
        { concept: 'top-up', src: 'top up', tgt: 'top-up' },
        { concept: 'diamond', src: 'diamond', tgt: 'diamond' },
      ],
    },
    { text: 'Sudah dua jam nih, gimana ya?', en: 'It has been two hours already, what is going on?' },
    { text: 'min tolong cek dong, order id GP-88213', en: 'Please check, order id GP-88213', mixedWith: ['en'] },
    { text: 'Oke, terima kasih banyak kak', en: 'OK, thank you very much' },
  ],
  es: [
    {
      text: 'La repetición del directo no carga, llevo veinte minutos esperando',
      en: 'The replay of the live stream does not load, I have been waiting for twenty minutes',
      terms: [{ concept: 'replay', src: 'repetición', tgt: 'replay' }],
    },
    {
      text: 'Quiero que me devuelvan el dinero de la recarga',
      en: 'I want my top-up refunded',
      terms: [{ concept: 'top-up', src: 'recarga', tgt: 'top-up' }],
    },
    {
      text: '¿Cuánto tarda el reembolso?',
      en: 'How long does the refund take?',
      terms: [{ concept: 'refund', src: 'reembolso', tgt: 'refund' }],
    },
  ],
  ar: [
    { text: 'السلام عليكم، هل توجد عروض بيانات في رمضان؟', en: 'Hello, are there data offers during Ramadan?' },
    {
      text: 'لم يصل سحب الأرباح إلى حسابي منذ ثلاثة أيام',
      en: 'The withdrawal of my earnings has not reached my account for three days',
      terms: [{ concept: 'withdrawal', src: 'سحب', tgt: 'withdrawal' }],
    },
    { text: 'رقم الطلب SA-10442 والمبلغ 350 SAR', en: 'Order number SA-10442, amount 350 SAR' },
  ],
  'zh-Hans': [
    {
      text: '充值了500钻石没有到账，麻烦看一下',
      en: 'I topped up 500 diamonds and they have not been credited, please take a look',
      terms: [
        { concept: 'top-up', src: '充值', tgt: 'topped up' },
        { concept: 'diamond', src: '钻石', tgt: 'diamonds' },
      ],
    },
    {
      text: '主播被举报了怎么申诉？',
      en: 'The streamer was reported, how can they appeal?',
      terms: [{ concept: 'streamer', src: '主播', tgt: 'streamer' }],
    },
    { text: '好的谢谢', en: 'OK, thanks' },
  ],
  th: [
    {
      text: 'ดูไลฟ์ไม่ได้เลยค่ะ ภาพค้างตลอด',
      en: 'I cannot watch the live stream, the picture keeps freezing',
      terms: [{ concept: 'live', src: 'ไลฟ์', tgt: 'live stream' }],
    },
    { text: 'ขอเงินคืนได้ไหมคะ', en: 'Can I get my money back?' },
  ],
  vi: [
    {
      text: 'Mình nạp 200k mà chưa thấy kim cương',
      en: 'I topped up 200k but have not seen the diamonds',
      terms: [
        { concept: 'top-up', src: 'nạp', tgt: 'topped up' },
        { concept: 'diamond', src: 'kim cương', tgt: 'diamonds' },
      ],
    },
    { text: 'Shop kiểm tra giúp mình với', en: 'Please check for me' },
  ],
  pt: [
    {
      text: 'Meu saque está parado faz uma semana',
      en: 'My withdrawal has been stuck for a week',
      terms: [{ concept: 'withdrawal', src: 'saque', tgt: 'withdrawal' }],
    },
    { text: 'Alguém pode me ajudar?', en: 'Can someone help me?' },
  ],
  de: [
    {
      text: 'Die Aufzeichnung lässt sich nicht herunterladen',
      en: 'The replay cannot be downloaded',
      terms: [{ concept: 'replay', src: 'Aufzeichnung', tgt: 'replay' }],
    },
    { text: 'Ich möchte meinen Kauf widerrufen', en: 'I want to withdraw from my purchase' },
  ],
  en: [
    { text: 'My stream keeps stalling every few minutes', en: 'My stream keeps stalling every few minutes' },
    { text: 'Thanks, that fixed it!', en: 'Thanks, that fixed it!' },
  ],
};

/** English → the customer's language, for the sentences an agent of the fixture writes. */
export const AGENT: Record<string, Record<string, string>> = {
  'Hello, I am looking into it now.': {
    id: 'Halo, saya sedang memeriksanya sekarang.',
    es: 'Hola, lo estoy revisando ahora mismo.',
    ar: 'مرحبًا، أتحقق من الأمر الآن.',
    'zh-Hans': '您好，我正在为您查询。',
    th: 'สวัสดีค่ะ กำลังตรวจสอบให้อยู่ค่ะ',
    vi: 'Xin chào, mình đang kiểm tra ngay.',
    pt: 'Olá, estou verificando agora.',
    de: 'Hallo, ich sehe mir das gerade an.',
  },
  'Your top-up will arrive within 30 minutes.': {
    id: 'Top up Anda akan masuk dalam 30 menit.',
    es: 'Su recarga llegará en un plazo de 30 minutos.',
    ar: 'سيصل الشحن خلال 30 دقيقة.',
    'zh-Hans': '您的充值将在30分钟内到账。',
    th: 'ยอดเติมเงินจะเข้าภายใน 30 นาทีค่ะ',
    vi: 'Khoản nạp sẽ vào tài khoản trong 30 phút.',
    pt: 'Sua recarga chegará em até 30 minutos.',
    de: 'Ihre Aufladung kommt innerhalb von 30 Minuten an.',
  },
  'We guarantee your refund today.': {
    id: 'Kami jamin uang Anda kembali hari ini.',
    es: 'Garantizamos su reembolso hoy.',
    ar: 'نضمن استرداد أموالك اليوم.',
    'zh-Hans': '我们保证今天退款。',
    th: 'เรารับประกันการคืนเงินวันนี้ค่ะ',
    vi: 'Chúng tôi đảm bảo hoàn tiền hôm nay.',
    pt: 'Garantimos o seu reembolso hoje.',
    de: 'Wir garantieren Ihre Erstattung heute.',
  },
  'Your money will be back soon.': {
    id: 'Uang Anda akan segera kembali.',
    es: 'Su dinero volverá pronto.',
  },
};

export const NAMES: Record<string, [string, string][]> = {
  id: [
    ['Siti Rahmawati', 'ID'],
    ['Budi Santoso', 'ID'],
    ['Dewi Lestari', 'ID'],
    ['Agus Pratama', 'ID'],
  ],
  es: [
    ['Lucía Fernández', 'ES'],
    ['Mateo Rojas', 'MX'],
    ['Camila Ortiz', 'CO'],
  ],
  ar: [
    ['أحمد الغامدي', 'SA'],
    ['نورة العتيبي', 'SA'],
    ['Youssef Mansour', 'EG'],
  ],
  'zh-Hans': [
    ['王小明', 'MY'],
    ['李婷', 'SG'],
    ['陈伟', 'MY'],
  ],
  th: [
    ['สมหญิง ใจดี', 'TH'],
    ['Somchai P.', 'TH'],
  ],
  vi: [
    ['Nguyễn Thị Lan', 'VN'],
    ['Trần Văn Minh', 'VN'],
  ],
  pt: [
    ['Rafaela Souza', 'BR'],
    ['João Silva', 'BR'],
  ],
  de: [
    ['Jürgen Müller', 'DE'],
    ['Anna-Lena Schneider-Wohlfahrt von der Heide', 'DE'],
  ],
  en: [
    ['Grace Tan', 'SG'],
    ['Oliver Brown', 'GB'],
  ],
};
export const ZONES: Record<string, string> = {
  ID: 'Asia/Jakarta',
  ES: 'Europe/Madrid',
  MX: 'America/Mexico_City',
  CO: 'America/Bogota',
  SA: 'Asia/Riyadh',
  EG: 'Africa/Cairo',
  MY: 'Asia/Kuala_Lumpur',
  SG: 'Asia/Singapore',
  TH: 'Asia/Bangkok',
  VN: 'Asia/Ho_Chi_Minh',
  BR: 'America/Sao_Paulo',
  DE: 'Europe/Berlin',
  GB: 'Europe/London',
};
export const GROUPS: Record<string, string[]> = {
  ID: ['sea'],
  MY: ['sea'],
  SG: ['sea'],
  TH: ['sea'],
  VN: ['sea'],
  ES: ['eu'],
  DE: ['eu'],
  SA: ['mena'],
  EG: ['mena'],
  MX: ['latam'],
  CO: ['latam'],
  BR: ['latam'],
  GB: ['uk'],
};
