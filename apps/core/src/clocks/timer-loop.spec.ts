import { expect, it } from '@jest/globals';
import { type Command, COMMANDS_TOPIC } from '#libs/contracts';
import { createLogger } from '#libs/platform';
import { timers } from '#libs/store';
import { TestCore } from '../testing/test-core.ts';
import { TimerLoop } from './timer-loop.ts';

const silent = createLogger({ name: 'test', level: 'silent' });

it('fires a due timer once as a command of its conversation, also when two processes look at the same moment', async () => {
  const core = await TestCore.open();
  await core.store.collection(timers).insert({
    _id: 't1',
    key: core.key,
    dueAt: core.clock.now() + 1000,
    leaseUntil: 0,
    what: 'snooze-end',
    data: { until: 1 },
  });
  const loops = [0, 1].map(() => new TimerLoop(core.bus, core.store, core.clock, silent));

  await Promise.all(loops.map((loop) => loop.fireDue()));
  expect(core.bus.take(COMMANDS_TOPIC)).toEqual([]);

  core.clock.at += 1000;
  await Promise.all(loops.map((loop) => loop.fireDue()));
  const fired = core.bus.take(COMMANDS_TOPIC) as Command[];
  expect(fired).toMatchObject([{ type: 'timer', what: 'snooze-end', key: core.key }]);
  expect(await core.store.collection(timers).get('t1')).toBeUndefined();
});

it('warns at half of the time and tells when a statutory deadline has passed', async () => {
  const core = await TestCore.open();
  const who = { externalId: '42', name: 'Fahad', locale: 'ar', country: 'SA' };
  await core.take(core.message('أريد الإبلاغ عن محتوى مسيء في البث المباشر', { contact: who }));
  const loop = new TimerLoop(core.bus, core.store, core.clock, silent);

  core.clock.at += 12 * 3_600_000;
  await loop.fireDue();
  await core.takeCommands();
  core.clock.at += 12 * 3_600_000;
  await loop.fireDue();
  await core.takeCommands();

  const told = (await core.timeline()).flatMap((entry) => (entry.event === undefined ? [] : [entry.event.what]));
  expect(told.filter((what) => what.startsWith('clock'))).toEqual([
    'clock-started',
    'clock-warning',
    'clock-warning',
    'clock-breached',
  ]);
  expect((await core.state()).clocks).toMatchObject([{ state: 'breached' }]);
});
