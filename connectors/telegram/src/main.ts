import { startConnector } from '#libs/connector-kit';
import { telegram } from './index.ts';
await startConnector(telegram);
