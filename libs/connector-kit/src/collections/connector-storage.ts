import type { CollectionDeclaration, Doc } from '#libs/store';
import { Schema } from 'mongoose';

const mixed = Schema.Types.Mixed;

/** A named value of one account; `_id` is `channel:account:name`. */
export interface StoredValueDoc extends Doc {
  value: unknown;
}
export const connectorValues: CollectionDeclaration<StoredValueDoc, never> = {
  name: 'connector_values',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    value: mixed,
  }),
  indexes: {},
  queries: {} as Record<never, never>,
};

/** An entry of a list of one account; `_id` is `channel:account:list` and the number. */
export interface ListEntryDoc extends Doc {
  list: string;
  n: number;
  value: unknown;
}
export const connectorLists: CollectionDeclaration<ListEntryDoc, 'after' | 'newest'> = {
  name: 'connector_lists',
  schema: new Schema({
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    list: { type: String, required: true },
    n: { type: Number, required: true },
    value: mixed,
  }),
  indexes: { list: { fields: ['list', 'n'] } },
  queries: {
    after: {
      index: 'list',
      where: [
        { field: 'list', op: 'eq', param: 'list' },
        { field: 'n', op: 'gt', param: 'after' },
      ],
      sort: [['n', 1]],
    },
    newest: { index: 'list', where: [{ field: 'list', op: 'eq', param: 'list' }], sort: [['n', -1]] },
  },
};
