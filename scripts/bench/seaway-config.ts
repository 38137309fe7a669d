import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SECRET } from './subject.ts';

/** The bench's agent, who is never on shift. */
export const AGENT = { id: 'nobody', email: 'nobody@example.test', password: 'bench-bench' };

/** Makes a folder with a seaway.yaml (JSON is YAML) and resolves the environment that names it. */
export function prepare(dir: string, providerUrl: string): Record<string, string> {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'seaway.yaml');
  writeFileSync(file, JSON.stringify(config(providerUrl)));
  return { SEAWAY_CONFIG: file, SEAWAY_DATA: dir, SEAWAY_HOST: '127.0.0.1', LOG_LEVEL: 'error' };
}

/** The channel's own rate limits are Telegram's, so they are lifted by the account's settings. */
function config(apiRoot: string): object {
  return {
    partitions: 6,
    accounts: [
      {
        channel: 'telegram',
        account: 'bench',
        country: 'ID',
        settings: { token: '1:bench', secret: SECRET, apiRoot, mode: 'webhook', perSecond: 1e6, perChatPerSecond: 1e6 },
      },
    ],
    queues: [{ id: 'all', name: 'All' }],
    agents: [{ ...AGENT, name: 'Nobody', languages: ['zh-CN'], zone: 'Asia/Shanghai', queues: ['all'] }],
    bot: { enabled: false },
  };
}
