import { systemClock } from '#libs/contracts';
import type { Clock } from '#libs/contracts';
import { createConnection } from 'mongoose';
import type { Connection, Model } from 'mongoose';
import { planCollection } from '../declaration/collection-plan.ts';
import type { CollectionPlan } from '../declaration/collection-plan.ts';
import type { IndexPlan } from '../declaration/coverage.ts';
import { DeclarationError } from '../port.ts';
import type { CollectionDeclaration, Doc, Store, StoreHealth } from '../port.ts';
import { translate } from './errors.ts';
import { sparseFilter } from './filter.ts';
import type { Filter } from './filter.ts';
import { indexKey, MongoCollection } from './mongo-collection.ts';
import { writtenOrClosed } from './written-or-closed.ts';

export interface MongoStoreOptions {
  /** `mongodb://` or `mongodb+srv://`; a replica set is not needed. */
  uri: string;
  /** Default: the one of the URI, else `seaway`. */
  dbName?: string;
  clock?: Clock;
  /** How long a call waits for a server to be there before it fails as unavailable; default 5000. */
  selectionTimeoutMs?: number;
  /** Every query names its index to the server, which then fails where it could not use it: for tests. */
  forceHint?: boolean;
}

const SWEEP_EVERY_MS = 60_000;

/** Connects. Throws `StoreUnavailableError` when no server answers in time. */
export async function openMongoStore(options: MongoStoreOptions): Promise<MongoStore> {
  writtenOrClosed();
  const connection = createConnection(options.uri, {
    ...(options.dbName ? { dbName: options.dbName } : {}),
    serverSelectionTimeoutMS: options.selectionTimeoutMs ?? 5000,
    connectTimeoutMS: 5000,
    socketTimeoutMS: 30_000,
    maxPoolSize: 32,
    ignoreUndefined: true,
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    w: 'majority',
    journal: true,
  });
  try {
    await connection.asPromise();
  } catch (error) {
    await connection.close().catch(() => undefined);
    throw translate(error);
  }
  connection.set('sanitizeFilter', true);
  return new MongoStore(connection, options.clock ?? systemClock, options.forceHint ?? false);
}

interface Known {
  declaration: unknown;
  plan: CollectionPlan;
  collection: MongoCollection<Doc, string>;
  ready: () => Promise<void>;
}

/** Documents in MongoDB through mongoose. One-document writes only: no transactions, no sessions, no change streams. */
export class MongoStore implements Store {
  readonly #collections = new Map<string, Known>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(
    private readonly connection: Connection,
    private readonly clock: Clock,
    private readonly forceHint: boolean,
  ) {
    this.#sweeper = setInterval(() => void this.sweep().catch(() => undefined), SWEEP_EVERY_MS).unref();
  }

  collection<T extends Doc, Q extends string>(declaration: CollectionDeclaration<T, Q>): MongoCollection<T, Q> {
    const { name } = declaration;
    const known = this.#collections.get(name);
    if (known) {
      if (known.declaration !== declaration) throw new DeclarationError(`collection ${name} is declared twice`);
      return known.collection as unknown as MongoCollection<T, Q>;
    }
    const plan = planCollection(declaration);
    const model = this.#model(declaration);
    const ready = onceUntilItFails(() => ensureIndexes(plan, model));
    const collection = new MongoCollection<T, Q>(plan, model, ready, this.forceHint);
    this.#collections.set(name, {
      declaration,
      plan,
      collection: collection as unknown as MongoCollection<Doc, string>,
      ready,
    });
    void ready().catch(() => undefined);
    return collection;
  }

  async ready(): Promise<void> {
    try {
      await Promise.all([...this.#collections.values()].map(({ ready }) => ready()));
    } catch (error) {
      throw translate(error);
    }
  }

  /** Drops what its collection no longer keeps; runs by itself once a minute. Returns how many documents went. */
  async sweep(): Promise<number> {
    let dropped = 0;
    for (const { plan, collection } of this.#collections.values()) {
      if (plan.expire)
        dropped += await collection.drop({ [plan.expire.field]: { $lte: this.clock.now() - plan.expire.afterMs } });
    }
    return dropped;
  }

  async health(): Promise<StoreHealth> {
    const where = `MongoDB ${this.connection.host}:${this.connection.port}/${this.connection.name}`;
    try {
      if (!this.connection.db) throw new Error('not connected');
      await this.connection.db.command({ ping: 1 }, { timeoutMS: 2000 });
      return { up: true, detail: where };
    } catch (error) {
      return { up: false, detail: `${where}: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.connection.close();
  }

  /** For tests: takes the whole database away. */
  async dropDatabase(): Promise<void> {
    await this.connection.dropDatabase();
  }

  #model<T extends Doc, Q extends string>({ name, schema }: CollectionDeclaration<T, Q>): Model<unknown> {
    const own = schema.clone();
    own.set('strict', 'throw');
    own.set('strictQuery', 'throw');
    own.set('versionKey', false);
    own.set('minimize', false);
    own.set('id', false);
    own.set('autoIndex', false);
    return this.connection.model(name, own, name) as unknown as Model<unknown>;
  }
}

async function ensureIndexes(plan: CollectionPlan, model: Model<unknown>): Promise<void> {
  for (const index of plan.indexes) {
    try {
      await model.collection.createIndex(indexKey(index), {
        name: index.name,
        ...(index.unique ? { unique: true } : {}),
        ...sparseOption(index, plan),
      });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 85 && code !== 86) throw error;
      throw new DeclarationError(
        `collection ${plan.name}: index "${index.name}" exists with another definition; drop it in MongoDB and start again (${(error as Error).message})`,
        { cause: error },
      );
    }
  }
}

/** A single unique field is never null (see `stored`), so the plain option does, which every server knows. */
function sparseOption(
  { fields, sparse, unique }: IndexPlan,
  { shape }: CollectionPlan,
): { sparse?: true; partialFilterExpression?: Filter } {
  if (!sparse) return {};
  return unique && fields.length === 1 ? { sparse: true } : { partialFilterExpression: sparseFilter(fields, shape) };
}

/** The same promise for everyone; a failed one is tried again by the next who asks. */
function onceUntilItFails(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= work().catch((error: unknown) => {
      running = undefined;
      throw error;
    });
    return running;
  };
}
