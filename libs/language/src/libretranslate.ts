import { z } from 'zod';
import { EngineError, type EngineOptions, type EngineResult, type TranslationEngine } from './engine.ts';
import { languageOfTag } from './expected-languages.ts';

export interface LibreTranslateOptions {
  /** Base address of the server, such as `https://translate.example.com`. */
  url: string;
  /** Shown in statuses and on messages. Default `libretranslate`. */
  name?: string;
  apiKey?: string;
  fetch: typeof globalThis.fetch;
  timeoutMs?: number;
}

const languagesReply = z.array(z.looseObject({ code: z.string(), targets: z.array(z.string()).optional() }));
const translateReply = z.looseObject({ translatedText: z.union([z.string(), z.array(z.string())]) });
const errorReply = z.looseObject({ error: z.string() });

/** Codes that servers of different age use for one language, best first. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  'zh-Hans': ['zh-Hans', 'zh', 'zh-CN'],
  'zh-Hant': ['zh-Hant', 'zt', 'zh-TW'],
  no: ['nb', 'no'],
  tl: ['tl', 'fil'],
};

/** A LibreTranslate server. It is asked once which pairs it has; until then every pair is tried. */
export function libreTranslateEngine(options: LibreTranslateOptions): TranslationEngine {
  const { apiKey, fetch, timeoutMs = 3000, name = 'libretranslate' } = options;
  const base = options.url.replace(/\/+$/, '');
  let pairs: Map<string, ReadonlySet<string> | undefined> | undefined;

  async function call(path: string, init: RequestInit, signal?: AbortSignal): Promise<unknown> {
    const timeout = AbortSignal.timeout(timeoutMs);
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(`${base}${path}`, {
        ...init,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      body = await response.json().catch(() => undefined);
    } catch (error) {
      const timedOut = timeout.aborted || signal?.aborted === true;
      throw new EngineError(
        timedOut ? 'timeout' : 'unavailable',
        `${name}: ${timedOut ? `no answer within ${timeoutMs} ms` : 'cannot be reached'} (${base})`,
        { cause: error },
      );
    }
    if (response.ok) return body;
    const said = errorReply.safeParse(body);
    throw new EngineError(
      kindOf(response.status),
      `${name}: HTTP ${response.status}${said.success ? `, "${said.data.error}"` : ''}`,
    );
  }

  async function loadPairs(signal?: AbortSignal): Promise<void> {
    const reply = languagesReply.safeParse(await call('/languages', { method: 'GET' }, signal));
    if (!reply.success)
      throw new EngineError('rejected', `${name}: GET /languages did not answer with a list of languages`);
    pairs = new Map(reply.data.map((entry) => [entry.code, entry.targets && new Set(entry.targets)]));
  }

  const codeOf = (lang: string): string | undefined => {
    const language = languageOfTag(lang) ?? lang;
    const candidates = CODES[language] ?? [language];
    return pairs ? candidates.find((code) => pairs!.has(code)) : candidates[0];
  };

  function supports(src: string, tgt: string): boolean {
    if (!pairs) return true;
    const target = codeOf(tgt);
    if (!target) return false;
    if (src === 'und') return true;
    const source = codeOf(src);
    return source !== undefined && source !== target && (pairs.get(source)?.has(target) ?? true);
  }

  return {
    name,
    supports,
    async translate(
      batch: readonly string[],
      { src, tgt, signal }: EngineOptions,
    ): Promise<(EngineResult | undefined)[]> {
      if (!pairs) await loadPairs(signal);
      if (!supports(src, tgt)) return batch.map(() => undefined);
      const body = {
        q: batch,
        source: src === 'und' ? 'auto' : codeOf(src),
        target: codeOf(tgt),
        format: 'text',
        ...(apiKey ? { api_key: apiKey } : {}),
      };
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const reply = translateReply.safeParse(await call('/translate', init, signal));
      const texts = reply.success ? [reply.data.translatedText].flat() : [];
      if (texts.length !== batch.length) {
        throw new EngineError('rejected', `${name}: answered ${texts.length} translations for ${batch.length} texts`);
      }
      return texts.map((text) => ({ text, confidence: 0.8, flags: [] }));
    },
  };
}

function kindOf(status: number): EngineError['kind'] {
  if (status === 401 || status === 403) return 'auth';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'unavailable' : 'rejected';
}
