import 'reflect-metadata';
import { startInbox } from './start-inbox.ts';

await startInbox();
