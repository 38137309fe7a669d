import 'reflect-metadata';
import { startCore } from './start-core.ts';

await startCore();
