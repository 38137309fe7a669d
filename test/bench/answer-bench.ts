import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

/** What the bench asks of a process it has started; every question is answered by one message. */
export type Question = { ask: 'usage' } | { ask: 'profile' } | { ask: 'profiled'; file: string };

export interface Usage {
  /** User and system time of the process so far, in microseconds. */
  cpu: number;
  /** Bytes. */
  rss: number;
  heapUsed: number;
}

/** Says that the process is ready and answers the bench from then on. The process ends with the bench. */
export function answerBench(): void {
  const session = new Session();
  process.on('message', (question: Question) => {
    void answer(question, session).then((reply) => process.send?.(reply));
  });
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => process.exit(0));
  process.send?.('ready');
}

async function answer(question: Question, session: Session): Promise<object> {
  if (question.ask === 'usage') {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    return { cpu: user + system, rss, heapUsed } satisfies Usage;
  }
  if (question.ask === 'profile') {
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 500 });
    await session.post('Profiler.start');
    return {};
  }
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  writeFileSync(question.file, JSON.stringify(profile));
  return {};
}
