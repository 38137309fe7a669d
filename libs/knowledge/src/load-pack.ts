import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { compileGlossary } from './glossary.ts';
import { localeResolver } from './locales.ts';
import { lintPack } from './lint-pack.ts';
import { glossaryFile, intentsFile, phrasebookFile, templatesFile } from './pack-files.ts';
import { PackError, type Pack } from './pack.ts';

/**
 * Reads `glossary.json`, `phrasebook.json`, `templates.json` and `intents.json` of a folder. Throws `PackError` with every
 * fault found: file, place in it, what is expected.
 */
export async function loadPack(folder: string): Promise<Pack> {
  const [glossary, phrasebook, templates, intents] = await Promise.all([
    read(folder, 'glossary.json', glossaryFile),
    read(folder, 'phrasebook.json', phrasebookFile),
    read(folder, 'templates.json', templatesFile),
    read(folder, 'intents.json', intentsFile),
  ]);
  const faults = lintPack({ glossary, phrasebook, templates, intents });
  if (faults.length > 0)
    throw new PackError(`The content pack in ${folder} has ${faults.length} fault(s):\n${faults.join('\n')}`);
  return {
    glossary: compileGlossary(glossary),
    phrasebook: {
      locales: phrasebook.locales,
      phrases: phrasebook.phrases,
      localeOf: localeResolver(phrasebook.locales),
    },
    templates: templates.templates,
    intents,
    loanwords: glossary.loanwords,
  };
}

async function read<S extends z.ZodType>(folder: string, name: string, schema: S): Promise<z.infer<S>> {
  const path = join(folder, name);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const why =
      error instanceof SyntaxError ? `is not JSON: ${error.message}` : 'cannot be read; a content pack needs it';
    throw new PackError(`${path} ${why}`, { cause: error });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    (issue) => `${path}: at ${issue.path.join('.') || 'top level'}: ${issue.message}`,
  );
  throw new PackError(faults.join('\n'));
}
