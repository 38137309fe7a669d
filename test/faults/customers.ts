import type { PhoneEntry } from '../harness/simulator.ts';
import { Visitor } from '../harness/visitor.ts';
import type { Bench } from './bench.ts';
import type { Deletions } from './deletions.ts';
import type { Dice } from './dice.ts';
import type { History } from './history.ts';

const FIRST_PHONE = 7100;
const PATIENCE_MS = 60_000;
/** After so many acts a customer slows down, so that a long run is one of faults and not of reading back what was said. */
const TALKATIVE = 40;
const TIRED = 8;
const LANGUAGES = [
  { languageCode: 'id', country: 'ID', words: ['Halo kak, pesan', 'Kapan penarikan saya cair', 'Koin belum masuk'] },
  { languageCode: 'de', country: 'DE', words: ['Hallo, Nachricht', 'Wo bleibt meine Erstattung', 'Es geht nicht'] },
  { languageCode: 'en', country: 'GB', words: ['Hello, message', 'I want a refund please', 'The stream is frozen'] },
];

export interface CustomersOptions {
  bench: Bench;
  dice: Dice;
  history: History;
  phones: number;
  visitors: number;
  /** Milliseconds between two acts of one customer, at most. */
  paceMs: number;
  /** Messages taken back; no channel of today tells of them, so they come over the bus, where there is one to reach. */
  deletions?: Deletions;
}

const REACTIONS = [['👍'], ['❤'], []];

interface Receipt {
  state: 'delivered' | 'read';
  /** Number of an entry of the visitor's thread. */
  upTo: number;
}

/** Customers who write, correct themselves, press send too often and all at once, on every channel there is. */
export class Customers {
  readonly phones: number[];
  readonly visitors: Visitor[];
  /** By visitor: what was said, in order, and whether it was acknowledged. */
  readonly saidByVisitor = new Map<string, { text: string; accepted: boolean }[]>();
  /** By visitor: what of the shop's was acknowledged, and the connector took. */
  readonly receipts = new Map<string, Receipt[]>();
  private readonly options: CustomersOptions;
  private stopped = false;
  private gaveUp = false;
  private readonly acting: Promise<void>[] = [];

  constructor(options: CustomersOptions) {
    this.options = options;
    this.phones = Array.from({ length: options.phones }, (_, i) => FIRST_PHONE + i);
    this.visitors = Array.from({ length: options.visitors }, () => new Visitor(options.bench.deployment.webchatUrl));
  }

  async arrive(): Promise<void> {
    const { bench } = this.options;
    for (const id of this.phones) {
      const { languageCode, country } = LANGUAGES[id % LANGUAGES.length]!;
      await bench.deployment.simulator.addPhone({ id, name: `Penonton ${id}`, languageCode, country });
    }
    for (const visitor of this.visitors) {
      await visitor.arrive();
      this.saidByVisitor.set(visitor.id, []);
      this.receipts.set(visitor.id, []);
    }
  }

  start(): void {
    this.phones.forEach((id) => this.acting.push(this.phone(id)));
    this.visitors.forEach((visitor, i) => this.acting.push(this.visitor(visitor, i)));
    // Told by `stop`, and not by an end of the process.
    for (const one of this.acting) one.catch(() => undefined);
  }

  /** Nobody begins anything new; what was begun is said to the end, or given up when nobody listens for a minute. */
  async stop(): Promise<void> {
    this.stopped = true;
    const patience = setTimeout(() => (this.gaveUp = true), PATIENCE_MS);
    await Promise.all(this.acting).finally(() => clearTimeout(patience));
  }

  leave(): void {
    for (const visitor of this.visitors) visitor.leave();
  }

  /** The first phone is the hot key: it gets the bursts. */
  private async phone(id: number): Promise<void> {
    const { dice: all, history, bench, paceMs, deletions } = this.options;
    const { simulator } = bench.deployment;
    const dice = all.fork(`phone ${id}`);
    const { words } = LANGUAGES[id % LANGUAGES.length]!;
    const own: number[] = [];
    for (let n = 1; !this.stopped; n += 1) {
      await pause(dice.between(5, n > TALKATIVE ? TIRED * paceMs : paceMs));
      const burst = id === FIRST_PHONE && dice.chance(5) ? dice.between(10, 40) : 1;
      if (burst > 1) {
        const messages = Array.from({ length: burst }, (_, i) => ({ phone: id, text: `Cepat kak ${id}-${n}-${i}` }));
        const done = history.begin(`phone ${id}`, 'burst', { messages: burst });
        await simulator.batch(messages);
        done('ok');
      } else if (own.length > 0 && dice.chance(15)) {
        const done = history.begin(`phone ${id}`, 'edit');
        await simulator.edit(id, dice.pick(own), `Maksud saya ${id}-${n}`);
        done('ok');
      } else if (own.length > 0 && dice.chance(10)) {
        const done = history.begin(`phone ${id}`, 'react');
        await simulator.react(id, dice.pick(own), dice.pick(REACTIONS));
        done('ok');
      } else if (own.length > 0 && deletions !== undefined && dice.chance(6)) {
        const message = dice.pick(own);
        const done = history.begin(`phone ${id}`, 'delete', { message });
        await deletions.take(id, message);
        done('ok');
      } else {
        const text = `${dice.pick(words)} ${id}-${n}`;
        const done = history.begin(`phone ${id}`, 'say', { text });
        const said = (await simulator.say(id, text)) as PhoneEntry;
        own.push(said.message.message_id);
        done('ok');
      }
    }
  }

  private async look(visitor: Visitor, state: Receipt['state']): Promise<void> {
    const upTo = await visitor.seen(state).catch(() => undefined);
    if (upTo !== undefined) this.receipts.get(visitor.id)!.push({ state, upTo });
  }

  /** One message after the other, each until it is acknowledged, as the widget does. */
  private async visitor(visitor: Visitor, index: number): Promise<void> {
    const { dice: all, history, paceMs } = this.options;
    const dice = all.fork(`visitor ${index}`);
    const said = this.saidByVisitor.get(visitor.id)!;
    for (let n = 1; !this.stopped; n += 1) {
      await pause(dice.between(5, n > TALKATIVE ? TIRED * paceMs : paceMs));
      if (dice.chance(15)) await this.look(visitor, dice.pick(['delivered', 'read']));
      const text = `Kak, dari web ${visitor.id.slice(0, 6)}-${n}`;
      const entry = { text, accepted: false };
      said.push(entry);
      const id = visitor.newId();
      const done = history.begin(`visitor ${visitor.id}`, 'say', { text });
      const copies = dice.chance(15) ? dice.between(2, 5) : 1;
      let tries = 0;
      while (!entry.accepted && !this.gaveUp) {
        tries += 1;
        // Impatient thumbs: the same message several times at once is one message.
        const answers = await Promise.allSettled(Array.from({ length: copies }, () => visitor.say(id, text)));
        entry.accepted = answers.some(({ status }) => status === 'fulfilled');
        if (!entry.accepted) await pause(200);
      }
      done(entry.accepted ? 'ok' : 'unknown', { tries });
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
