import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeyBatch } from '#libs/bus';
import { EVENTS_TOPIC, type FeedEvent } from '#libs/contracts';
import { createTranslator, type Glossary, type TranslationEngine } from '#libs/language';
import { createLogger } from '#libs/platform';
import { translationId, translations } from '#libs/store';
import { TestCore } from '../testing/test-core.ts';
import { translationJobs } from './jobs.ts';
import { TranslatorLoop } from './translator-loop.ts';

const NO_GLOSSARY: Glossary = { version: 'none', find: () => [], term: () => undefined };
const silent = createLogger({ name: 'test', level: 'silent' });

describe('the translator', () => {
  let core: TestCore;
  let loop: TranslatorLoop;
  beforeEach(async () => {
    core = await TestCore.open();
  });
  afterEach(() => loop.stop());

  const open = (translator = core.translator): TranslatorLoop =>
    new TranslatorLoop(core.bus, core.store, translator, core.config, core.clock, silent);

  const batchOf = (value: FeedEvent): KeyBatch<FeedEvent> => ({
    key: core.key,
    entries: [
      {
        message: {
          topic: EVENTS_TOPIC,
          partition: 0,
          offset: 0n,
          key: core.key,
          value: '',
          headers: {},
          timestamp: 0,
        },
        value,
      },
    ],
    signal: new AbortController().signal,
  });

  async function hear(translator = core.translator): Promise<string> {
    loop = open(translator);
    await core.take(core.message('top up uang elektronik error'));
    const received = core.feed().find((event) => event.type === 'message.received') as FeedEvent & {
      messageId: string;
    };
    await loop.onEvents(batchOf(received));
    return received.messageId;
  }

  it("patches a message with the agents' working language and tells the feed, at once where no engine is far away", async () => {
    const id = await hear();
    expect(await core.store.collection(translations).get(translationId(id, 'zh-CN'))).toMatchObject({
      lang: 'zh-CN',
      text: '电子钱包充值出错',
    });
    expect(core.feed().at(-1)).toMatchObject({ type: 'message.translated', messageId: id, lang: 'zh-CN' });
    expect(await core.store.collection(translationJobs).get(id)).toBeUndefined();
  });

  it('keeps the job while an engine is down and does it when the engine is back', async () => {
    let up = false;
    const flaky: TranslationEngine = {
      name: 'flaky',
      supports: () => true,
      translate: async (batch) => {
        if (!up) throw new Error('connection refused');
        return batch.map(() => ({ text: '充值电子钱包出错', confidence: 0.9, flags: [] }));
      },
    };
    const translator = createTranslator({ engines: [flaky], glossary: NO_GLOSSARY, clock: core.clock });
    const id = await hear(translator);
    for (let i = 0; i < 4; i += 1) {
      await loop.workOff();
      core.clock.at += 400_000;
    }
    expect(await core.store.collection(translations).get(translationId(id, 'zh-CN'))).toBeUndefined();
    up = true;
    await loop.workOff();
    expect(await core.store.collection(translations).get(translationId(id, 'zh-CN'))).toMatchObject({
      engine: 'flaky',
    });
  });

  it('does each job in one of several instances, and in another one when that dies', async () => {
    const asked: string[] = [];
    const counting: TranslationEngine = {
      name: 'counting',
      supports: () => true,
      translate: async (batch) => {
        asked.push(...batch);
        return batch.map(() => ({ text: '充值电子钱包出错', confidence: 0.9, flags: [] }));
      },
    };
    const translator = () => createTranslator({ engines: [counting], glossary: NO_GLOSSARY, clock: core.clock });
    const id = await hear(translator());
    const others = [open(translator()), open(translator())];
    await Promise.all(others.map((other) => other.workOff()));
    expect(asked).toHaveLength(0);

    core.clock.at += 21_000;
    await Promise.all(others.map((other) => other.workOff()));
    expect(asked).toHaveLength(1);
    expect(await core.store.collection(translations).get(translationId(id, 'zh-CN'))).toBeDefined();

    // The one that had it was only paused: its lease is over, and the job with it.
    await loop.workOff();
    expect(asked).toHaveLength(1);
    expect(core.feed().filter((event) => event.type === 'message.translated')).toHaveLength(1);
  });
});
