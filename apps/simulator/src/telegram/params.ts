import { badRequest } from './api-error.ts';

export interface Upload {
  name: string;
  mimeType: string | undefined;
  bytes: Buffer;
}

/**
 * The parameters of one call. The Bot API takes every one as text, as JSON or as a part of a form, so a number may arrive as
 * "5" and an object as JSON text; this reads them alike.
 */
export class Params {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly files: ReadonlyMap<string, Upload>;
  constructor(fields: Readonly<Record<string, unknown>>, files: ReadonlyMap<string, Upload> = new Map()) {
    this.fields = fields;
    this.files = files;
  }

  has(name: string): boolean {
    const value = this.fields[name];
    return value !== undefined && value !== null && value !== '';
  }

  /** Absent is the empty string, as for the real server. */
  text(name: string): string {
    const value = this.fields[name];
    if (value === undefined || value === null) return '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
  }

  integer(name: string): number | undefined {
    if (!this.has(name)) return undefined;
    const value = Number(this.text(name));
    return Number.isSafeInteger(value) ? value : undefined;
  }

  /** Out of range is moved to the nearest bound, as the real server does. */
  clamped(name: string, fallback: number, min: number, max: number): number {
    return Math.min(max, Math.max(min, this.integer(name) ?? fallback));
  }

  float(name: string): number | undefined {
    if (!this.has(name)) return undefined;
    const value = Number(this.text(name));
    return Number.isFinite(value) ? value : undefined;
  }

  flag(name: string): boolean {
    return ['true', 'yes', '1'].includes(this.text(name).toLowerCase());
  }

  /** Throws 400 when the text is not JSON. */
  json(name: string): unknown {
    if (!this.has(name)) return undefined;
    const value = this.fields[name];
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      throw badRequest(`can't parse ${name}: the value is not valid JSON`);
    }
  }

  /** The call as it was accepted, for the ground truth; uploads by name and size. */
  toRecord(): Record<string, unknown> {
    const uploads = [...this.files].map(([name, file]) => [name, { upload: file.name, size: file.bytes.length }]);
    return { ...this.fields, ...Object.fromEntries(uploads) };
  }
}
