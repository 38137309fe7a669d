import { expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { checkOutbound } from './check-outbound.ts';
import { compileRules } from './compile.ts';
import type { OutboundFacts } from './facts.ts';
import { loadRules } from './load.ts';

it('checks twenty rules in microseconds (printed; the bound only catches a change of order)', () => {
  const pack = loadRules(fileURLToPath(new URL('../../../packs/livestream/rules', import.meta.url))).filter(
    (r) => r.phase === 'outbound',
  );
  const ruleset = compileRules(Array.from({ length: 20 }, (_, i) => ({ ...pack[i % pack.length]!, id: `rule-${i}` })));
  const measure = (country: string): number => {
    const facts: OutboundFacts = {
      parts: [
        {
          type: 'text',
          text: 'Halo kak, permintaan Anda sudah kami terima dan sedang kami proses. Mohon tunggu sebentar ya.',
        },
      ],
      lang: 'id',
      region: { country, groups: [] },
      channel: 'telegram',
      actor: { kind: 'agent' },
      intents: [],
      concepts: [],
    };
    for (let i = 0; i < 3000; i++) checkOutbound(ruleset, facts);
    const start = performance.now();
    for (let i = 0; i < 3000; i++) checkOutbound(ruleset, facts);
    return ((performance.now() - start) / 3000) * 1000;
  };
  const [elsewhere, ten] = [measure('BR'), measure('ID')];
  console.info(
    `20 rules, 92 characters: ${elsewhere.toFixed(1)} µs where none applies, ${ten.toFixed(1)} µs where ten look at the text`,
  );
  expect(elsewhere).toBeLessThan(500);
});
