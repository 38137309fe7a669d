import type { Upload } from './params.ts';

export interface Form {
  fields: Record<string, string>;
  files: Map<string, Upload>;
}

const HEADER_END = Buffer.from('\r\n\r\n');

/** multipart/form-data (RFC 7578) from a complete body. A part without a name is skipped; a missing end is tolerated. */
export function parseMultipart(body: Buffer, boundary: string): Form {
  const form: Form = { fields: {}, files: new Map() };
  const delimiter = Buffer.from(`--${boundary}`);
  let start = body.indexOf(delimiter);
  while (start !== -1) {
    const from = start + delimiter.length;
    if (body.subarray(from, from + 2).toString('latin1') === '--') break;
    const next = body.indexOf(Buffer.concat([Buffer.from('\r\n'), delimiter]), from);
    takePart(body.subarray(from + 2, next === -1 ? body.length : next), form);
    start = next === -1 ? -1 : next + 2;
  }
  return form;
}

function takePart(part: Buffer, form: Form): void {
  const end = part.indexOf(HEADER_END);
  if (end === -1) return;
  const headers = part.subarray(0, end).toString('utf8');
  const bytes = part.subarray(end + HEADER_END.length);
  const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? '';
  const name = /[;\s]name="([^"]*)"/i.exec(disposition)?.[1];
  if (name === undefined) return;
  const fileName = /filename="([^"]*)"/i.exec(disposition)?.[1];
  if (fileName === undefined) form.fields[name] = bytes.toString('utf8');
  else
    form.files.set(name, {
      name: fileName,
      mimeType: /^content-type:\s*([^\r\n;]+)/im.exec(headers)?.[1]?.trim(),
      bytes: Buffer.from(bytes),
    });
}
