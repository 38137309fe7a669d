import type { NewPhone } from './telegram/phone.ts';

/** Customers of the demo, one for each way the shop's languages are written. */
export const DEMO_PHONES: readonly NewPhone[] = [
  { id: 9001, name: 'Sari Wulandari', username: 'sari_wld', languageCode: 'id', country: 'ID' },
  { id: 9002, name: 'Lucía Navarro', username: 'lucia_navarro', languageCode: 'es-ES', country: 'ES' },
  { id: 9003, name: 'Ximena Torres', username: 'ximena_mx', languageCode: 'es-MX', country: 'MX' },
  { id: 9004, name: 'فهد الحربي', username: 'fahad_h', languageCode: 'ar-SA', country: 'SA' },
  { id: 9005, name: 'Olivia Bennett', username: 'olivia_b', languageCode: 'en-GB', country: 'GB' },
  { id: 9006, name: '陈 静', username: 'chenjing', languageCode: 'zh-hans', country: 'SG' },
];
