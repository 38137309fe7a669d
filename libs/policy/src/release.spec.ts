import { describe, expect, it } from '@jest/globals';
import { conversationKeyOf, outboundSend } from '#libs/contracts';
import type { MessageId } from '#libs/contracts';
import { checkOutbound } from './check-outbound.ts';
import { compileRules } from './compile.ts';
import { release } from './release.ts';
import type { Unreleased } from './release.ts';
import { sampleRule } from './sample-rule.fixture.ts';

const message = (text: string): Unreleased => ({
  type: 'send',
  key: conversationKeyOf('telegram', 'main', '7'),
  channel: 'telegram',
  account: 'main',
  externalConversationId: '7',
  at: 1,
  messageId: 'm1' as MessageId,
  attempt: 0,
  parts: [{ type: 'text', text }],
});
const verdictOn = (text: string, severity: 'block' | 'warn' = 'block', actor = 'agent') =>
  checkOutbound(compileRules([sampleRule({ severity, override: { role: 'lead' } })]), {
    parts: message(text).parts,
    lang: 'en',
    region: { country: 'ID', groups: [] },
    channel: 'telegram',
    actor: { kind: actor },
    intents: [],
    concepts: [],
  });

describe('release', () => {
  it('makes what the outbound topic takes', () => {
    const verdict = verdictOn('Hello');
    const released = release(verdict, message('Hello'), 99);
    expect(outboundSend.parse(released).released).toMatchObject({ by: 'policy', rules: verdict.rules, at: 99 });
  });

  it('refuses other words than those judged, made-up verdicts and altered ones', () => {
    expect(release(verdictOn('Hello'), message('Hello, a promise'), 1)).toBeUndefined();
    expect(release({ ...verdictOn('promise'), decision: 'release' }, message('promise'), 1)).toBeUndefined();
    const verdict = verdictOn('promise');
    expect(() => Object.assign(verdict, { decision: 'release' })).toThrow(TypeError);
  });

  it('lets a warning go with a reason, by the role that the rule asks for', () => {
    const verdict = verdictOn('promise', 'warn');
    const sent = (role: 'agent' | 'lead', reason: string) => release(verdict, message('promise'), 1, { role, reason });
    expect(sent('lead', 'customer asked in writing')?.released).toMatchObject({ override: { role: 'lead' } });
    expect(sent('agent', 'customer asked in writing')).toBeUndefined();
    expect(sent('lead', ' ')).toBeUndefined();
    expect(release(verdictOn('promise'), message('promise'), 1, { role: 'lead', reason: 'x' })).toBeUndefined();
    expect(
      release(verdictOn('promise', 'warn', 'bot'), message('promise'), 1, { role: 'lead', reason: 'x' }),
    ).toBeUndefined();
  });
});
