import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Bus } from '#libs/bus';
import type { Clock } from '#libs/contracts';
import type { AccountConfig } from '#libs/platform';
import type { Store } from '#libs/store';
import type { Connector, ConnectorInstance, ConnectorLog } from '../connector.ts';
import { Delivery } from '../delivery/delivery.ts';
import { createSafeFetch } from '../http/safe-fetch.ts';
import { Leases, processIdentity } from '../leases.ts';
import { Acceptor } from './acceptor.ts';
import { Admission, type Intake } from './admission.ts';
import { AccountStorage } from './account-storage.ts';
import { keepSession, untilDone } from './background.ts';
import { type IgnoredCount, IgnoredCounts } from './ignored-counts.ts';
import { OwnRoutes } from './own-routes.ts';
import { problem, reply } from './reply.ts';
import { WebhookIngress } from './webhook-ingress.ts';

export interface ConnectorHostOptions {
  bus: Bus;
  store: Store;
  accounts: readonly AccountConfig[];
  connectors: readonly Connector[];
  clock: Clock;
  logger: ConnectorLog;
  /** Public address under which providers reach `/webhooks/…`. */
  publicUrl?: string;
  /** Let connectors fetch from private addresses: the simulator, or servers of the operator's own. */
  allowPrivate?: boolean;
  /** Whether anything is taken in now. Default: always. */
  intake?: Intake;
  /** Bounds, for tests and tuning. */
  limits?: {
    maxBodyBytes?: number;
    maxInFlight?: number;
    maxInFlightBytes?: number;
    publishTimeoutMs?: number;
    readTimeoutMs?: number;
    parallelChats?: number;
    sendTimeoutMs?: number;
    deliveryWindow?: number;
  };
}

/** Waiting for longer is told on the health page. */
const BEHIND_MS = 30_000;

/** Runs connectors: HTTP in, bus out; bus in, provider out; sessions and registrations. Knows no channel. */
export class ConnectorHost {
  readonly ingress: WebhookIngress;
  readonly routes: OwnRoutes;
  private readonly options: ConnectorHostOptions;
  private readonly admission: Admission;
  private readonly ignored: IgnoredCounts;
  private readonly acceptor: Acceptor;
  private readonly leases: Leases;
  private readonly byChannel = new Map<string, Map<string, ConnectorInstance>>();
  private readonly deliveries = new Map<string, Delivery>();
  private readonly background: Promise<void>[] = [];
  private readonly stop = new AbortController();

  /** Throws when an account's settings are wrong or no connector speaks its channel, naming all of them at once. */
  constructor(options: ConnectorHostOptions) {
    this.options = options;
    const { bus, store, clock, logger: log, limits = {} } = options;
    const intake = options.intake === undefined ? {} : { intake: options.intake };
    const admission = new Admission({ ...limits, ...intake });
    this.admission = admission;
    this.ignored = new IgnoredCounts({ store, clock, log });
    this.acceptor = new Acceptor({
      bus,
      ignoredCounts: this.ignored,
      log,
      ...intake,
      onAccepted: (channel, events) => this.deliveries.get(channel)?.hear(events),
    });
    this.leases = new Leases(store, clock);
    const instanceOf = (channel: string, account: string) => this.byChannel.get(channel)?.get(account);
    this.ingress = new WebhookIngress({ instanceOf, acceptor: this.acceptor, admission, clock, log, ...limits });
    this.routes = new OwnRoutes({ instanceOf, admission, clock, log });
    this.openAll();
  }

  async start(): Promise<void> {
    const { bus, store, clock, logger: log, connectors, limits = {} } = this.options;
    for (const connector of connectors) {
      const instances = this.byChannel.get(connector.channel);
      if (instances === undefined) continue;
      const delivery = new Delivery({
        connector,
        instances,
        bus,
        store,
        clock,
        log,
        ...(limits.parallelChats === undefined ? {} : { parallel: limits.parallelChats }),
        ...(limits.sendTimeoutMs === undefined ? {} : { sendTimeoutMs: limits.sendTimeoutMs }),
        ...(limits.deliveryWindow === undefined ? {} : { window: limits.deliveryWindow }),
      });
      await delivery.start();
      this.deliveries.set(connector.channel, delivery);
      for (const [account, instance] of instances) this.runInBackground(connector.channel, account, instance);
    }
  }

  /** Every channel consumes its outbound topic. */
  ready(): boolean {
    const all = [...this.deliveries.values()];
    return all.length === this.byChannel.size && all.every((delivery) => delivery.ready());
  }

  /** In words, for the health page: whose provider is down, and what is far behind. */
  detail(): string {
    const says = [...this.deliveries].flatMap(([channel, delivery]) => {
      const { depth, oldestMs, broken } = delivery.state();
      return [
        ...broken.map((account) => `breaker open: ${channel}/${account}`),
        ...(oldestMs > BEHIND_MS
          ? [`${channel}: ${depth} waiting, the oldest for ${Math.round(oldestMs / 1000)} s`]
          : []),
      ];
    });
    return ['consumers of the outbound topics', ...says].join('; ');
  }

  /** Requests of providers being worked on. */
  get inFlight(): number {
    return this.admission.inFlight;
  }

  /** What providers sent and Seaway has no use for. */
  ignoredCounts(): Promise<IgnoredCount[]> {
    return this.ignored.all();
  }

  async close(): Promise<void> {
    this.stop.abort();
    await Promise.all([...this.deliveries.values()].map((delivery) => delivery.close()));
    await Promise.all(this.background);
    await Promise.all([...this.instances()].map((instance) => instance.close?.()));
    await this.ignored.flush();
  }

  /** Takes requests under `/webhooks/`; false when it is not one. To be asked before anything else on the server. */
  serveWebhook(request: IncomingMessage, response: ServerResponse): boolean {
    const { url = '/' } = request;
    if (!url.startsWith('/webhooks/')) return false;
    this.ingress
      .handle(request, response, url.slice('/webhooks'.length))
      .catch((error: unknown) => this.failed(response, error));
    return true;
  }

  /** An express-style middleware for the connectors' own addresses; everything else goes on to `next`. */
  serve(request: IncomingMessage & { originalUrl?: string }, response: ServerResponse, next: () => void): void {
    const url = request.originalUrl ?? request.url ?? '/';
    if (!this.byChannel.has(url.split(/[/?]/, 2)[1] ?? '')) return next();
    this.serveOwn(request, response, url, next).catch((error: unknown) => this.failed(response, error));
  }

  private failed(response: ServerResponse, error: unknown): void {
    this.options.logger.error({ err: error }, 'a request failed in an unforeseen way');
    reply(response, problem(500, 'unavailable', 'Something went wrong here; try again later.'));
  }

  private async serveOwn(
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
    next: () => void,
  ): Promise<void> {
    if (!(await this.routes.handle(request, response, url))) next();
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    return this.routes.upgrade(request, socket, head);
  }

  private openAll(): void {
    const problems: string[] = [];
    for (const account of this.options.accounts) {
      try {
        this.open(account);
      } catch (error) {
        problems.push((error as Error).message);
      }
    }
    if (problems.length > 0) throw new Error(problems.join('\n'));
  }

  private open({ channel, account, settings }: AccountConfig): void {
    const { connectors, clock, logger: log, store, publicUrl, allowPrivate = false } = this.options;
    const connector = connectors.find((one) => one.channel === channel);
    if (connector === undefined) {
      throw new Error(
        `account ${channel}/${account}: no connector for "${channel}"; known are ${connectors.map((c) => c.channel).join(', ')}`,
      );
    }
    const instance = connector.open({
      channel,
      account,
      settings,
      clock,
      log,
      ...(publicUrl === undefined
        ? {}
        : { webhookUrl: `${publicUrl.replace(/\/$/, '')}/webhooks/${channel}/${account}` }),
      fetch: createSafeFetch({ allowPrivate }),
      storage: new AccountStorage(store, channel, account),
      accept: async (events) => void (await this.acceptor.accept(channel, account, events)),
    });
    const instances = this.byChannel.get(channel) ?? new Map<string, ConnectorInstance>();
    this.byChannel.set(channel, instances.set(account, instance));
  }

  private runInBackground(channel: string, account: string, instance: ConnectorInstance): void {
    const { logger: log } = this.options;
    const { signal } = this.stop;
    const name = `${channel}/${account}`;
    const { start, session } = instance;
    if (start !== undefined)
      this.background.push(untilDone(`registration of ${name}`, () => start(signal), signal, log));
    if (session !== undefined) {
      this.background.push(
        keepSession({
          name: `session:${name}`,
          holder: processIdentity(),
          leases: this.leases,
          run: session,
          signal,
          log,
        }),
      );
    }
  }

  private *instances(): Generator<ConnectorInstance> {
    for (const instances of this.byChannel.values()) yield* instances.values();
  }
}
