import { Deployment, type DeploymentOptions, type Mode, portOf } from '../harness/deployment.ts';
import { FaultProxy } from './proxy.ts';
import type { FaultServices } from './services.ts';

export interface BenchOptions {
  mode: Mode;
  name: string;
  basePort: number;
  /** Of core; connectors get two as soon as core has more than one. */
  instances: number;
  /** Of the distributed mode; the other needs none and has none to break. */
  services?: FaultServices;
  root?: string;
}

/** A deployment whose every connection to the outside goes through a proxy that can break it. */
export class Bench {
  readonly mode: Mode;
  readonly deployment: Deployment;
  readonly services: FaultServices | undefined;
  /** From our connectors to the provider. */
  readonly toProvider: FaultProxy;
  /** From the provider to our connectors, shared out over their instances. */
  readonly webhooks: FaultProxy;
  /** From visitors to the web chat. */
  readonly chats: FaultProxy;

  private constructor(
    mode: Mode,
    deployment: Deployment,
    services: FaultServices | undefined,
    proxies: Record<'toProvider' | 'webhooks' | 'chats', FaultProxy>,
  ) {
    this.mode = mode;
    this.services = services;
    this.deployment = deployment;
    this.toProvider = proxies.toProvider;
    this.webhooks = proxies.webhooks;
    this.chats = proxies.chats;
  }

  static async start(options: BenchOptions): Promise<Bench> {
    const { mode, name, basePort, instances, root } = options;
    const services = mode === 'embedded' ? undefined : options.services;
    const connectors = mode === 'embedded' || instances === 1 ? 1 : 2;
    const upstreams = (app: 'telegram' | 'webchat') =>
      Array.from({ length: connectors }, (_, n) => ({ host: '127.0.0.1', port: portOf(mode, basePort, app, n) }));
    const proxies = {
      toProvider: new FaultProxy([{ host: '127.0.0.1', port: basePort }]),
      webhooks: new FaultProxy(upstreams('telegram')),
      chats: new FaultProxy(upstreams('webchat')),
    };
    await Promise.all(Object.values(proxies).map((proxy) => proxy.listen()));
    const urlOf = (proxy: FaultProxy): string => `http://127.0.0.1:${proxy.port}`;
    const deployed: DeploymentOptions = {
      mode,
      name,
      basePort,
      instances: { core: instances, telegram: connectors, webchat: connectors },
      through: {
        provider: urlOf(proxies.toProvider),
        webhooks: urlOf(proxies.webhooks),
        chats: urlOf(proxies.chats),
      },
      config: shopUnderFire(urlOf(proxies.toProvider)),
      ...(services === undefined ? {} : { services: services.addresses }),
      ...(root === undefined ? {} : { root }),
    };
    return new Bench(mode, await Deployment.start(deployed), services, proxies);
  }

  heal(): void {
    for (const proxy of this.proxies()) proxy.heal();
  }

  async stop(): Promise<void> {
    await this.deployment.stop();
    await Promise.all([this.toProvider, this.webhooks, this.chats].map((proxy) => proxy.close()));
  }

  private proxies(): FaultProxy[] {
    const { services } = this;
    return [
      this.toProvider,
      this.webhooks,
      this.chats,
      ...(services === undefined ? [] : [services.toKafka, services.toMongo]),
    ];
  }
}

const ALWAYS = [1, 2, 3, 4, 5, 6, 7];
export const AGENTS = [
  { id: 'li-na', name: 'Li Na', email: 'lina@example.test' },
  { id: 'mei', name: 'Mei', email: 'mei@example.test' },
];
export const PASSWORD = 'correct-horse';

/** Two people always on duty, and visitors who may write as fast as they like. */
function shopUnderFire(provider: string): Record<string, unknown> {
  return {
    accounts: [
      {
        channel: 'telegram',
        account: 'shop',
        settings: {
          token: '100001:test-token',
          secret: 'test-secret',
          apiRoot: provider,
          perSecond: 1000,
          perChatPerSecond: 1000,
        },
      },
      {
        channel: 'webchat',
        account: 'shop',
        settings: {
          origins: ['*'],
          visitorBurst: 1000,
          visitorPerSecond: 1000,
          perSecond: 1000,
          perChatPerSecond: 1000,
          pollMs: 250,
        },
      },
    ],
    queues: [{ id: 'general', name: 'Everybody' }],
    agents: AGENTS.map((agent) => ({
      ...agent,
      password: PASSWORD,
      languages: ['zh-CN', 'en'],
      zone: 'Asia/Shanghai',
      capacity: 100,
      queues: ['general'],
      shifts: [
        { days: ALWAYS, from: '00:00', to: '12:00', zone: 'Asia/Shanghai' },
        { days: ALWAYS, from: '12:00', to: '00:00', zone: 'Asia/Shanghai' },
      ],
    })),
  };
}
