import { join, resolve } from 'node:path';

/** Times language detection, intents and rules alone, on the sentences of the pack, and prints JSON. Started by the bench. */
const lib = async <T>(name: string): Promise<T> => (await import(`../../dist/libs/${name}/src/index.js`)) as T;
const { createKnowledge, loadPack } = await lib<typeof import('../../libs/knowledge/src/index.ts')>('knowledge');
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
const knowledge = createKnowledge(pack);
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
  intents: time(({ text, lang }) => knowledge.intentsOf(text, lang)),
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

/**
 * Microseconds: of each call by the clock, and the mean by the thread's CPU time. Whatever else runs on the machine takes the thread
 * away for milliseconds, which would be most of a mean by the clock; CPU time comes in ticks too coarse for a single call.
 */
function time(call: (one: (typeof texts)[number]) => unknown): { calls: number[]; meanCpu: number } {
  for (let i = 0; i < WARM_ROUNDS; i += 1) texts.forEach(call);
  const calls: number[] = [];
  const before = process.threadCpuUsage();
  for (let i = 0; i < ROUNDS; i += 1) {
    for (const one of texts) {
      const start = performance.now();
      call(one);
      calls.push(1000 * (performance.now() - start));
    }
  }
  const { user, system } = process.threadCpuUsage(before);
  return { calls, meanCpu: (user + system) / calls.length };
}
