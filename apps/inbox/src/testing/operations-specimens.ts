import type { DeadLetterDetail, ParkedKeyView, ParkedRecordView } from '#libs/platform';
import { MONDAY } from './test-inbox.ts';

export const deadLetterOf = (n: number, over: Partial<DeadLetterDetail> = {}): DeadLetterDetail => ({
  id: `letter-${n}`,
  topic: 'seaway.commands',
  partition: 0,
  offset: String(n),
  group: 'core',
  key: 'telegram:shop:42',
  reason: 'type: expected one of send, note, assign',
  at: MONDAY - n * 1000,
  build: 'test',
  bytes: 12,
  state: 'open',
  value: '{"type":"?"}',
  headers: { a: 'b' },
  ...over,
});

export const parkedOf = (group: string, key: string): { view: ParkedKeyView; records: ParkedRecordView[] } => {
  const reason = 'Error: the handler failed five times';
  const parkedAt = MONDAY - 60_000;
  return {
    view: { group, key, topic: 'seaway.commands', records: 1, reason, parkedAt, build: 'test' },
    records: [{ topic: 'seaway.commands', partition: 0, offset: '7', value: '{"type":"take"}', reason, parkedAt }],
  };
};
