import { type Order, readArguments } from './arguments.ts';
import { listAudit, listLag, listParked, releaseParked, showParked } from './bus.ts';
import { Client } from './client.ts';
import { discardDeadLetters, listDeadLetters, replayDeadLetters, showDeadLetter } from './dead-letters.ts';
import { HELP } from './help.ts';
import { Refusal, type Terminal, UsageError } from './terminal.ts';
import { listUnknown, resendUnknown, resolveUnknown, showUnknown } from './unknown.ts';

const DO: Readonly<Record<string, (client: Client, order: Order, terminal: Terminal) => Promise<void>>> = {
  'lag list': listLag,
  'dead-letters list': listDeadLetters,
  'dead-letters show': showDeadLetter,
  'dead-letters replay': replayDeadLetters,
  'dead-letters discard': discardDeadLetters,
  'parked list': listParked,
  'parked show': showParked,
  'parked release': releaseParked,
  'unknown list': listUnknown,
  'unknown show': showUnknown,
  'unknown resolve': resolveUnknown,
  'unknown resend': resendUnknown,
  'audit list': listAudit,
};

/** One command line; resolves to its exit code: 0 done, 1 refused or failed, 2 not understood. */
export async function runOps(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const order = readArguments(argv, terminal.now());
    if (order.action === 'help') {
      terminal.out(HELP);
      return 0;
    }
    const client = await Client.logIn(terminal);
    try {
      await DO[order.action]!(client, order, terminal);
    } finally {
      await client.logOut();
    }
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof UsageError)) throw error;
    terminal.err(error.message);
    if (!(error instanceof UsageError)) return 1;
    terminal.err('npm run ops -- --help says what there is.');
    return 2;
  }
}
