import 'reflect-metadata';
import { answerBench } from './answer-bench.ts';

/**
 * One process of Seaway in several: `connector`, `core`, or `agents` (inbox and bot, with the bench's responder). It answers the
 * bench when its /health/ready does. Started as a child process by the bench.
 */
const [, , part, port] = process.argv as [string, string, string, string];
const READY_MS = 60_000;

const app = async <T>(file: string): Promise<T> => (await import(`../../dist/${file}.js`)) as T;

async function start(name: string, onPort: number, open: () => Promise<unknown>): Promise<void> {
  process.env['SEAWAY_PORT'] = String(onPort);
  await open();
  for (const deadline = Date.now() + READY_MS; ;) {
    const answer = await fetch(`http://127.0.0.1:${onPort}/health/ready`).catch(() => undefined);
    if (answer?.status === 200) return;
    if (Date.now() > deadline)
      throw new Error(`${name} is not ready after ${READY_MS / 1000} s: ${await answer?.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const first = Number(port);
switch (part) {
  case 'connector':
    await start('the connector', first, () => app('connectors/telegram/src/main'));
    break;
  case 'core':
    await start('core', first, () => app('apps/core/src/main'));
    break;
  case 'agents': {
    await start('the inbox', first, () => app('apps/inbox/src/main'));
    await start('the bot', first + 1, () => app('apps/bot/src/main'));
    const { openRuntime } = await app<typeof import('../../libs/platform/src/index.ts')>('libs/platform/src/index');
    const { respond } = await import('./responder.ts');
    const { bus } = await openRuntime({ name: 'responder' });
    await respond(bus);
    break;
  }
  default:
    throw new Error(`no part of Seaway is called "${part}": connector, core or agents`);
}
answerBench();
