import { randomUUID } from 'node:crypto';
import type { Clock } from '#libs/contracts';
import { type Collection, type CollectionDeclaration, type Doc, type Store } from '#libs/store';
import { Schema } from 'mongoose';

interface DutyDoc extends Doc {
  holder: string;
  expiresAt: number;
}

const duties: CollectionDeclaration<DutyDoc, never> = {
  name: 'core_duties',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    holder: { type: String, required: true },
    expiresAt: { type: Number, required: true },
  }),
  indexes: {},
  queries: {},
};

/**
 * Work that one instance does for all: whoever has the lease. It saves work and guards nothing: what is done under it must be
 * harmless when two instances do it, as they may for a moment when a holder was paused.
 */
export class Duty {
  private readonly docs: Collection<DutyDoc, never>;

  constructor(
    private readonly name: string,
    /** How long after its last sign a holder is waited for (milliseconds). */
    private readonly ttlMs: number,
    store: Store,
    private readonly clock: Clock,
    private readonly self: string = randomUUID(),
  ) {
    this.docs = store.collection(duties);
  }

  /** Takes or renews it; true while it is ours. */
  async mine(): Promise<boolean> {
    const now = this.clock.now();
    const expiresAt = now + this.ttlMs;
    const doc = await this.docs.get(this.name);
    if (doc === undefined)
      return (await this.docs.insert({ _id: this.name, holder: this.self, expiresAt })) === 'inserted';
    if (doc.holder === this.self && doc.expiresAt - now > this.ttlMs / 2) return true;
    if (doc.holder !== this.self && doc.expiresAt > now) return false;
    return (await this.docs.replace({ ...doc, holder: this.self, expiresAt })) === 'replaced';
  }

  /** Another instance may have it at once. */
  async release(): Promise<void> {
    const doc = await this.docs.get(this.name);
    if (doc?.holder === this.self) await this.docs.replace({ ...doc, expiresAt: 0 });
  }
}
