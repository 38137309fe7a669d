import 'reflect-metadata';
import { startBot } from './start-bot.ts';

await startBot();
