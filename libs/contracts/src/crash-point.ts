/**
 * Places where the fault tests cut the power: after each of them another part of the promise in docs/reliability.md holds.
 * `CRASH_AT=core.committed` kills the process there the first time, `CRASH_AT=core.committed:12` the twelfth. Unset, it costs
 * one comparison.
 */
export type CrashPoint =
  | 'connector.verified'
  | 'connector.published'
  | 'core.taken'
  | 'core.decided'
  | 'core.committed'
  | 'core.effects-stored'
  | 'core.effects-published'
  | 'core.cleared'
  | 'translator.translated'
  | 'bus.before-commit'
  | 'bus.dead-letter'
  | 'bus.replayed'
  | 'delivery.stored'
  | 'delivery.claimed'
  | 'delivery.called'
  | 'delivery.settled'
  | 'delivery.published';

const [wanted, times] = (process.env['CRASH_AT'] ?? '').split(':');
let left = Number(times ?? 1);

/** Dies here, as in a power cut, if `CRASH_AT` says so. */
export function crashPoint(name: CrashPoint): void {
  if (name !== wanted) return;
  left -= 1;
  if (left <= 0) process.kill(process.pid, 'SIGKILL');
}
