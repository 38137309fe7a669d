import 'reflect-metadata';
import { answerBench } from './answer-bench.ts';
import { honoursKafkaClient } from './kafka-client.ts';
import { respond } from './responder.ts';

/** Seaway in one process with everything on, and the bench's responder. Started as a child process by the bench. */
const [, , port] = process.argv as [string, string, string];
const { startStandalone } = (await import(
  '../../dist/apps/standalone/src/start.js' as string
)) as typeof import('../../apps/standalone/src/start.ts');
const { readEnvironment } = (await import(
  '../../dist/libs/platform/src/index.js' as string
)) as typeof import('../../libs/platform/src/index.ts');

const env = readEnvironment();
honoursKafkaClient(env);
const { runtime } = await startStandalone({ ...env, SEAWAY_PORT: Number(port), SEAWAY_HOST: '127.0.0.1' });
await respond(runtime.bus);
answerBench();
