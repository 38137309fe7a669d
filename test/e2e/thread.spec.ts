import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Deployment, modes } from '../harness/deployment.ts';
import { InboxClient } from '../harness/inbox-client.ts';
import { until } from '../harness/until.ts';

/** The skeleton everything hangs on: phone → provider → connector → bus → core → store → reply → phone, over a power cut. */
describe.each(modes())('a thread of two messages, %s', (mode) => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await Deployment.start({
      mode,
      name: `thread-${mode}`,
      basePort: mode === 'embedded' ? 22_100 : 22_110,
    });
  });
  afterAll(async () => {
    await deployment?.stop();
  });

  it('is answered, survives kill -9 in between, and goes on after restart', async () => {
    const { simulator, inboxUrl } = deployment;
    await simulator.addPhone({ id: 501, name: 'Ximena Torres', languageCode: 'es-MX', country: 'MX' });
    await simulator.say(501, 'Hola, la repetición del directo no carga');
    await until('the bot has answered the first message', async () => (await simulator.replies(501)).length >= 1);

    await deployment.kill9();
    await simulator.say(501, 'Quiero hablar con una persona');
    await deployment.up();
    await until('the bot has answered the second message', async () => (await simulator.replies(501)).length >= 2);

    const agent = new InboxClient(inboxUrl);
    await agent.logIn('diego@example.test', 'correct-horse');
    await until('the bot has handed over', async () => (await agent.conversations())[0]?.owner.kind === 'queue');
    const [row] = await agent.conversations();
    expect(row).toMatchObject({ contactName: 'Ximena Torres', owner: { kind: 'queue', id: 'latam' } });
    const said = (await agent.timeline(row!.id)).filter((entry) => entry.kind === 'message');
    expect(said.filter((e) => e.direction === 'in').map((e) => e.text)).toEqual([
      'Hola, la repetición del directo no carga',
      'Quiero hablar con una persona',
    ]);
    expect(said.filter((e) => e.direction === 'out').map((e) => e.text)).toEqual(await simulator.replies(501));
  });
});
