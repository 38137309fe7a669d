/** What happened in the demo shop before the newcomer came: real words through the real decisions, at past times. */
export interface PastConversation {
  id: string;
  name: string;
  country: string;
  locale: string;
  hoursAgo: number;
  /** `c` = the customer; `a` = the agent, in the customer's language, with what the agent wrote before translation. */
  lines: (['c', string] | ['a', string, string, string])[];
  agent: string;
  closed: boolean;
}

export const PAST: readonly PastConversation[] = [
  { id: '7001', name: 'Budi Santoso', country: 'ID', locale: 'id', hoursAgo: 2, agent: 'li-na', closed: false, lines: [['c', 'kak, saldo saya belum masuk padahal sudah top up 100.000 rupiah'], ['a', 'Mohon kirimkan nomor pesanan Anda, Kak.', '请把您的订单号发给我。', 'zh-CN'], ['c', 'nomor pesanan saya TX88412097']] },
  { id: '7002', name: 'Lucía Fernández', country: 'ES', locale: 'es', hoursAgo: 3, agent: 'carmen', closed: false, lines: [['c', 'la repetición del directo no carga'], ['a', '¿Le ocurre con todas las repeticiones o solo con una?', 'Does it happen with every replay or only one?', 'en'], ['c', 'solo con la de ayer por la noche']] },
  { id: '7003', name: 'فهد العتيبي', country: 'SA', locale: 'ar', hoursAgo: 5, agent: 'faisal', closed: false, lines: [['c', 'أريد الإبلاغ عن محتوى مسيء في البث المباشر']] },
  { id: '7004', name: 'Siti Rahma', country: 'ID', locale: 'id', hoursAgo: 26, agent: 'wang-wei', closed: true, lines: [['c', 'halo, bagaimana cara tarik saldo?'], ['a', 'Penarikan biasanya memakan waktu 1–3 hari kerja; biaya hingga 1 % mungkin berlaku.', '提现通常需要 1–3 个工作日，可能收取最高 1% 的手续费。', 'zh-CN'], ['c', 'baik, terima kasih kak']] },
  { id: '7005', name: 'Jonas Weber', country: 'DE', locale: 'de', hoursAgo: 30, agent: 'carmen', closed: true, lines: [['c', 'Hallo, mein Stream bricht nach zehn Minuten ab']] },
  { id: '7006', name: 'Sofía Ramírez', country: 'MX', locale: 'es', hoursAgo: 9, agent: 'diego', closed: false, lines: [['c', 'Hola, compré monedas y no aparecen en mi cuenta'], ['c', 'el pedido es MX-5531-7720']] },
  { id: '7007', name: 'Nguyễn Thị Hoa', country: 'VN', locale: 'vi', hoursAgo: 12, agent: 'li-na', closed: false, lines: [['c', 'Tôi nạp tiền nhưng chưa thấy số dư']] },
  { id: '7008', name: 'Ahmad Faiz', country: 'MY', locale: 'ms', hoursAgo: 14, agent: 'li-na', closed: true, lines: [['c', 'macam mana nak tukar kata laluan akaun saya?']] },
  { id: '7009', name: 'สมชาย ใจดี', country: 'TH', locale: 'th', hoursAgo: 16, agent: 'wang-wei', closed: false, lines: [['c', 'เติมเงินแล้วยังไม่เข้าครับ']] },
  { id: '7010', name: 'Marta Kowalska', country: 'PL', locale: 'pl', hoursAgo: 20, agent: 'carmen', closed: true, lines: [['c', 'Dzień dobry, nie mogę się zalogować']] },
  { id: '7011', name: 'Putri Ayu', country: 'ID', locale: 'id', hoursAgo: 1, agent: 'wang-wei', closed: false, lines: [['c', 'gift saya hilang pas live tadi, gimana ya?']] },
  { id: '7012', name: 'Emily Clark', country: 'GB', locale: 'en', hoursAgo: 40, agent: 'carmen', closed: true, lines: [['c', 'Hi, I would like a refund for the coins I bought yesterday'], ['a', 'Could you send me your order number, please?', 'Could you send me your order number, please?', 'en'], ['c', 'It is GB-10277']] },
  { id: '7013', name: 'نورة السالم', country: 'AE', locale: 'ar', hoursAgo: 28, agent: 'faisal', closed: true, lines: [['c', 'هل توجد عروض باقات بيانات في رمضان؟']] },
  { id: '7014', name: 'Rizky Pratama', country: 'ID', locale: 'id', hoursAgo: 48, agent: 'li-na', closed: true, lines: [['c', 'akun saya kena banned, mau banding'], ['a', 'Kami sudah menerima banding Anda dan akan menjawab dalam 48 jam.', '我们已收到您的申诉，将在 48 小时内答复。', 'zh-CN']] },
  { id: '7015', name: 'Carlos Mendoza', country: 'CO', locale: 'es', hoursAgo: 52, agent: 'diego', closed: true, lines: [['c', '¿Cómo puedo cambiar mi clave de transmisión?']] },
  { id: '7016', name: '王小明', country: 'TW', locale: 'zh-Hant', hoursAgo: 60, agent: 'li-na', closed: true, lines: [['c', '請問直播回放可以下載嗎？']] },
  { id: '7017', name: 'Dewi Anggraini', country: 'ID', locale: 'id', hoursAgo: 72, agent: 'wang-wei', closed: true, lines: [['c', 'live saya tiba-tiba putus kak']] },
  { id: '7018', name: 'Giulia Rossi', country: 'IT', locale: 'it', hoursAgo: 80, agent: 'carmen', closed: true, lines: [['c', 'Vorrei cancellare il mio account']] },
  { id: '7019', name: 'خالد المطيري', country: 'KW', locale: 'ar', hoursAgo: 7, agent: 'faisal', closed: false, lines: [['c', 'لم يصل المبلغ بعد الشحن'], ['c', 'رقم الطلب KW-204417']] },
  { id: '7020', name: 'John Miller', country: 'US', locale: 'en', hoursAgo: 96, agent: 'diego', closed: true, lines: [['c', 'my withdrawal is still pending after 5 days'], ['c', 'never mind, it arrived. thanks!']] },
];
