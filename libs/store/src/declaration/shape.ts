import type { Schema } from 'mongoose';
import { DeclarationError, ShapeError } from '../port.ts';

type FieldKind = 'string' | 'number' | 'boolean' | 'array' | 'object' | 'any';

export interface Shape {
  /** Throws `ShapeError` unless every field is declared and of its type, and every required one is there. */
  check(doc: Readonly<Record<string, unknown>>): void;
  /** Whether a top-level field or dotted path is declared (below a mixed field everything is). */
  has(path: string): boolean;
  /** Required fields are never null, which lets pages be cut by index alone. */
  isRequired(path: string): boolean;
  kindOf(path: string): FieldKind;
}

const KINDS: Readonly<Record<string, FieldKind>> = {
  String: 'string',
  Number: 'number',
  Boolean: 'boolean',
  Array: 'array',
  DocumentArray: 'array',
  Embedded: 'object',
  Map: 'object',
  Mixed: 'any',
};

/** Reads the fields of a mongoose schema once, so that a check costs a map look-up per field. */
export function compileShape(collection: string, schema: Schema): Shape {
  const paths = new Map<string, FieldKind>([
    ['_id', 'string'],
    ['version', 'number'],
  ]);
  const required = new Set<string>(['_id', 'version']);
  const fields = new Map<string, Field>();
  schema.eachPath((path, type) => {
    if (path === '__v') return;
    const kind = KINDS[type.instance];
    if (!kind) {
      throw new DeclarationError(
        `collection ${collection}: field "${path}" is of type ${type.instance}; documents are JSON, use String, Number (times in epoch milliseconds), Boolean, an array or Mixed`,
      );
    }
    if (path !== '_id') paths.set(path, kind);
    if (type.options.required) required.add(path);
  });
  for (const [path, kind] of paths) {
    const top = topOf(path);
    fields.set(top, top === path ? { kind, required: required.has(path) } : { kind: 'object', required: false });
  }
  const needed = [...fields.values()].filter((field) => field.required).length;
  return {
    check: (doc) => checkDocument(collection, fields, needed, doc),
    has: (path) => paths.has(path) || openField(fields.get(topOf(path))?.kind, path),
    isRequired: (path) => required.has(path),
    kindOf: (path) => paths.get(path) ?? 'any',
  };
}

interface Field {
  kind: FieldKind;
  required: boolean;
}

/** One look-up per field: required ones are counted on the way, and only looked for when some are missing. */
function checkDocument(
  collection: string,
  fields: ReadonlyMap<string, Field>,
  needed: number,
  doc: Readonly<Record<string, unknown>>,
): void {
  let found = 0;
  for (const name in doc) {
    const field = fields.get(name);
    if (field === undefined)
      throw refuse(collection, doc, `unknown field "${name}"; declare it in the collection's schema`);
    const value = doc[name];
    if (value === undefined || value === null) continue;
    if (field.required) found += 1;
    if (!fits(field.kind, value))
      throw refuse(collection, doc, `field "${name}" should be of type ${field.kind}, got ${describe(value)}`);
  }
  if (found < needed) {
    const missing = [...fields].filter(
      ([name, field]) => field.required && (doc[name] === undefined || doc[name] === null),
    );
    throw refuse(collection, doc, `missing required field ${missing.map(([name]) => `"${name}"`).join(', ')}`);
  }
  if (doc['_id'] === '') throw refuse(collection, doc, '"_id" is empty');
}

function fits(kind: FieldKind, value: unknown): boolean {
  switch (kind) {
    case 'any':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && !Array.isArray(value);
    default:
      return typeof value === kind;
  }
}

const topOf = (path: string): string => {
  const dot = path.indexOf('.');
  return dot === -1 ? path : path.slice(0, dot);
};

const openField = (kind: FieldKind | undefined, path: string): boolean =>
  (kind === 'any' || kind === 'object') && path.includes('.');

const describe = (value: unknown): string =>
  Array.isArray(value) ? 'array' : typeof value === 'number' ? String(value) : typeof value;

const refuse = (collection: string, doc: Readonly<Record<string, unknown>>, why: string): ShapeError =>
  new ShapeError(`collection ${collection}: document ${String(doc['_id'])} refused: ${why}`);
