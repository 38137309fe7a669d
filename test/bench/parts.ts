import { join, resolve } from 'node:path';

/** Times rules and language detection alone, on the sentences of the pack, and prints JSON. Started by the bench. */
const lib = async <T>(name: string): Promise<T> => (await import(`../../dist/libs/${name}/src/index.js`)) as T;
const { loadPack } = await lib<typeof import('../../libs/knowledge/src/index.ts')>('knowledge');
const { createDetector } = await lib<typeof import('../../libs/language/src/index.ts')>('language');
const policy = await lib<typeof import('../../libs/policy/src/index.ts')>('policy');

const RULES = 20;
const WARM_ROUNDS = 60;
const ROUNDS = 60;
const SLOTS: Record<string, string> = { amount: 'Rp 50.000', orderId: 'TX88213A', hours: '6', date: '2026-03-01' };

const dir = resolve('packs/livestream');
const pack = await loadPack(dir);
const texts = pack.phrasebook.phrases.flatMap(({ texts: byLocale }) =>
  Object.entries(byLocale).map(([lang, text]) => ({
    lang,
    text: text.replaceAll(/\{(\w+)\}/g, (_, slot: string) => SLOTS[slot] ?? 'Siti'),
  })),
);
const detector = await createDetector({ loanwords: pack.loanwords });
const rules = {
  inbound: twenty('inbound'),
  outbound: twenty('outbound'),
};
const region = { country: 'ID', groups: ['SEA'] };
const facts = { region, channel: 'telegram', intents: ['refund_request'], concepts: ['REFUND'] };

const result = {
  texts: texts.length,
  rules: RULES,
  detection: time(({ text }) => detector.detect(text)),
  detectionKnown: time(({ text, lang }) => detector.detect(text, { lang, country: 'ID' })),
  rulesInbound: time(({ text, lang }) =>
    policy.applyInbound(rules.inbound, { ...facts, text, lang, actor: { kind: 'customer' }, receivedAt: 0 }),
  ),
  rulesOutbound: time(({ text, lang }) =>
    policy.checkOutbound(rules.outbound, {
      ...facts,
      lang,
      actor: { kind: 'agent' },
      parts: [{ type: 'text', text }],
      source: { text, lang },
    }),
  ),
};
console.log(JSON.stringify(result));

/** The pack's rules of a phase, as often as it takes. */
function twenty(phase: 'inbound' | 'outbound') {
  const own = policy.loadRules(join(dir, 'rules')).filter((rule) => rule.phase === phase);
  return policy.compileRules(
    Array.from({ length: RULES }, (_, i) => ({ ...own[i % own.length]!, id: `${own[i % own.length]!.id}-${i}` })),
  );
}

/** Microseconds of each call. */
function time(call: (one: (typeof texts)[number]) => unknown): number[] {
  for (let i = 0; i < WARM_ROUNDS; i += 1) texts.forEach(call);
  const all: number[] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    for (const one of texts) {
      const start = performance.now();
      call(one);
      all.push(1000 * (performance.now() - start));
    }
  }
  return all;
}
