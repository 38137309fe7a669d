import { type Collection, type DeadLetterDoc, type DeadLetterQuery, deadLetters, type Store } from '#libs/store';
import type { DeadLetterDetail, DeadLetterFilter, DeadLetterView, Page } from './operations.ts';
import { type PageRequest, pageOf } from './page-request.ts';

/** Pages of the store looked through for one page of an answer; what the index does not know is sorted out one by one. */
const LOOKS = 40;

/** What a replay needs to know before it starts; values are read when their turn comes. */
export interface DeadLetterRef {
  view: DeadLetterView;
  origin: string;
}

/** Dead letters as an operator asks for them: newest first. */
export class DeadLetterList {
  readonly letters: Collection<DeadLetterDoc, DeadLetterQuery>;

  constructor(store: Store) {
    this.letters = store.collection(deadLetters);
  }

  async page(filter: DeadLetterFilter, request: PageRequest): Promise<Page<DeadLetterView>> {
    const { items, next } = await this.#docs(filter, request);
    return { items: items.map(viewOf), ...(next === undefined ? {} : { next }) };
  }

  async detail(id: string): Promise<DeadLetterDetail | undefined> {
    const doc = await this.letters.get(id);
    return doc && { ...viewOf(doc), value: doc.value ?? '', headers: doc.headers };
  }

  /** All that match, oldest first: in that order their records were written. */
  async refs(filter: DeadLetterFilter): Promise<DeadLetterRef[]> {
    const refs: DeadLetterRef[] = [];
    let after: string | undefined;
    do {
      const { items, next } = await this.#docs(filter, { limit: 50, ...(after === undefined ? {} : { after }) });
      refs.push(...items.map((doc) => ({ view: viewOf(doc), origin: doc.origin })));
      after = next;
    } while (after !== undefined);
    return refs.sort((a, b) => inOrder(a.view, b.view));
  }

  async #docs(filter: DeadLetterFilter, request: PageRequest): Promise<Page<DeadLetterDoc>> {
    if (filter.ids) {
      const docs = await this.letters.getMany(filter.ids);
      return { items: docs.filter((doc) => matches(doc, filter)).sort((a, b) => b.at - a.at) };
    }
    const { name, params } = questionFor(filter);
    let { limit, after } = pageOf(request);
    const items: DeadLetterDoc[] = [];
    for (let look = 0; look < LOOKS; look += 1) {
      const page = await this.letters.query(name, params, { limit, ...(after === undefined ? {} : { after }) });
      const fitting = page.items.filter((doc) => matches(doc, filter));
      items.push(...fitting);
      limit -= fitting.length;
      after = page.next;
      if (after === undefined || limit === 0) break;
    }
    return { items, ...(after === undefined ? {} : { next: after }) };
  }
}

/** The narrowest question that has an index. */
function questionFor(filter: DeadLetterFilter): { name: DeadLetterQuery; params: Record<string, unknown> } {
  const { state, topic, group, since, until } = filter;
  const times = { since, until };
  if (state && topic) return { name: 'ofStateAndTopic', params: { state, topic, ...times } };
  if (state && group) return { name: 'ofStateAndGroup', params: { state, group, ...times } };
  if (topic) return { name: 'ofTopic', params: { topic, ...times } };
  if (group) return { name: 'ofGroup', params: { group, ...times } };
  if (state) return { name: 'ofState', params: { state, ...times } };
  return { name: 'all', params: times };
}

function matches(doc: DeadLetterDoc, filter: DeadLetterFilter): boolean {
  return (
    (filter.state === undefined || doc.state === filter.state) &&
    (filter.topic === undefined || doc.topic === filter.topic) &&
    (filter.group === undefined || doc.group === filter.group) &&
    (filter.since === undefined || doc.at >= filter.since) &&
    (filter.until === undefined || doc.at <= filter.until) &&
    (filter.reason === undefined || doc.reason.toLowerCase().includes(filter.reason.toLowerCase()))
  );
}

function inOrder(a: DeadLetterView, b: DeadLetterView): number {
  if (a.topic === b.topic && a.partition === b.partition) return Number(BigInt(a.offset) - BigInt(b.offset));
  return a.at - b.at;
}

function viewOf(doc: DeadLetterDoc): DeadLetterView {
  return {
    id: doc._id,
    topic: doc.topic,
    partition: doc.partition,
    offset: doc.offset,
    group: doc.group,
    key: doc.key ?? '',
    reason: doc.reason,
    at: doc.at,
    build: doc.build,
    bytes: doc.bytes,
    state: doc.state,
    ...(doc.stateBy === undefined ? {} : { stateBy: doc.stateBy }),
    ...(doc.stateAt === undefined ? {} : { stateAt: doc.stateAt }),
  };
}
