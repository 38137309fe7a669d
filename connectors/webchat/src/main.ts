import { startConnector } from '#libs/connector-kit';
import { webchat } from './index.ts';
await startConnector(webchat);
