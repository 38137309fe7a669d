import { describe, expect, it } from '@jest/globals';
import { inferRegion } from './infer.ts';

describe('inferRegion', () => {
  it('takes the best evidence there is', () => {
    const all = {
      profileCountry: 'de',
      phone: '+62 812 3456 789',
      storefrontCountry: 'MX',
      accountCountry: 'SG',
      locale: 'pt-BR',
      lang: 'th',
    };
    expect(inferRegion(all)).toMatchObject({ country: 'DE', groups: ['EU', 'EEA'], certain: true });
    expect(inferRegion({ ...all, profileCountry: undefined })).toMatchObject({
      country: 'ID',
      groups: ['SEA'],
      certain: true,
    });
    expect(inferRegion({ ...all, profileCountry: 'Germany', phone: '0812 345 678' })).toMatchObject({
      country: 'MX',
      groups: ['LATAM'],
    });
    expect(inferRegion({ accountCountry: 'SG', locale: 'pt-BR' })).toMatchObject({ country: 'SG', certain: false });
    expect(inferRegion({ locale: 'zh-Hans-SG' }).country).toBe('SG');
    expect(inferRegion({ locale: 'en', lang: 'id' })).toMatchObject({
      country: 'ID',
      certain: false,
      evidence: expect.stringContaining('Language id'),
    });
    expect(inferRegion({ lang: 'ar' })).toEqual({
      groups: ['MENA', 'GCC'],
      evidence: expect.any(String),
      certain: false,
    });
    expect(inferRegion({ profileCountry: 'UK' }).country).toBe('GB');
  });

  it('admits that it does not know', () => {
    expect(inferRegion({ locale: 'en', lang: 'es' })).toMatchObject({ groups: [], certain: false });
    expect(inferRegion({})).not.toHaveProperty('country');
  });

  it.each([
    ['+966501234567', 'SA'],
    ['0020 100 123 4567', 'EG'],
    ['+7 701 123 45 67', 'KZ'],
    ['+7 912 123 45 67', 'RU'],
    ['+1 416 555 0100', 'CA'],
    ['+1 787 555 0100', 'PR'],
    ['+1 212 555 0100', undefined],
    ['+39 06 1234567', 'IT'],
  ])('reads the prefix of %s as %s', (phone, country) => {
    expect(inferRegion({ phone }).country).toBe(country);
  });
});
