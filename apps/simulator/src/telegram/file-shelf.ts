import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const storedFile = z.object({
  id: z.string(),
  uniqueId: z.string(),
  path: z.string(),
  name: z.string(),
  mimeType: z.string(),
  size: z.number(),
});
export type StoredFile = z.infer<typeof storedFile>;

/** Files that went through a chat. With a folder they survive a restart. */
export class FileShelf {
  private readonly byId = new Map<string, StoredFile>();
  private readonly idByPath = new Map<string, string>();
  private readonly bytes = new Map<string, Buffer>();
  private readonly folder: string | undefined;
  private count = 0;
  constructor(folder?: string) {
    this.folder = folder;
  }

  /** `kind` names the folder within the path, as in `photos/file_3.jpg`. */
  put(kind: string, file: { name: string; mimeType: string; bytes: Buffer }): StoredFile {
    const key = randomBytes(24).toString('base64url');
    const path = `${kind}/file_${this.count++}${/\.[A-Za-z0-9]{1,8}$/.exec(file.name)?.[0] ?? ''}`;
    const stored = {
      id: `AgAC${key}`,
      uniqueId: `AQAD${key.slice(0, 12)}`,
      path,
      name: file.name,
      mimeType: file.mimeType,
      size: file.bytes.length,
    };
    this.keep(stored);
    if (this.folder === undefined) this.bytes.set(stored.id, file.bytes);
    else {
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(join(this.folder, stored.uniqueId), file.bytes);
    }
    return stored;
  }

  get(id: string): StoredFile | undefined {
    return this.byId.get(id);
  }

  byPath(path: string): StoredFile | undefined {
    return this.byId.get(this.idByPath.get(path) ?? '');
  }

  read(file: StoredFile): Buffer {
    return this.folder === undefined ? this.bytes.get(file.id)! : readFileSync(join(this.folder, file.uniqueId));
  }

  restore(files: readonly StoredFile[]): void {
    for (const file of files) this.keep(file);
    this.count = this.byId.size;
  }

  all(): StoredFile[] {
    return [...this.byId.values()];
  }

  private keep(file: StoredFile): void {
    this.byId.set(file.id, file);
    this.idByPath.set(file.path, file.id);
  }
}
