import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { Simulator } from '../create-simulator.ts';
import type { Bot } from '../telegram/bot.ts';
import type { Customer } from '../telegram/customer.ts';
import { SimulatorError } from '../telegram/simulator-error.ts';
import { batchInput, blockInput, botInput, editInput, logQuery, pressInput, reactInput } from './inputs.ts';

const BODY_LIMIT = '32mb';

/** What the page and the tests use: plays the customers and turns the knobs. */
export function controlRouter(simulator: Simulator): Router {
  const router = Router();
  router.use(sameSite);
  router.use(express.json({ limit: BODY_LIMIT }));
  worldRoutes(router, simulator);
  phoneRoutes(router, simulator);
  router.use((request: Request, response: Response) => {
    response.status(404).json({ error: `there is no ${request.method} ${request.originalUrl}` });
  });
  router.use(explain);
  return router;
}

function worldRoutes(router: Router, { telegram, knobs, truth, live, webchatUrl }: Simulator): void {
  router.get(
    '/',
    (_, response) =>
      void response.json({
        channels: ['telegram'],
        bots: telegram.bots().map(botView),
        phones: telegram.phones(),
        knobs: knobs.values,
        webchatUrl,
      }),
  );
  router.get('/stream', (_, response) => live.connect(response));
  router.get('/knobs', (_, response) => void response.json(knobs.values));
  router.put(
    '/knobs',
    (request, response) => void response.json(knobs.set(request.body as Parameters<typeof knobs.set>[0])),
  );
  router.get('/log', (request, response) => {
    const { since, limit, kind } = logQuery.parse(request.query);
    response.json({
      last: truth.lastNumber,
      entries: truth.since(since, { limit, ...(kind === undefined ? {} : { kind }) }),
    });
  });
  router.delete('/log', (_, response) => {
    truth.clear();
    response.status(204).end();
  });
  router.post('/telegram/bots', (request, response) => {
    const { token, username } = botInput.parse(request.body);
    response
      .status(201)
      .json(botView(telegram.registerBot({ token, ...(username === undefined ? {} : { username }) })));
  });
  router.get('/telegram/bots', (_, response) => void response.json(telegram.bots().map(botView)));
}

function phoneRoutes(router: Router, { telegram, truth }: Simulator): void {
  const customerOf = (request: Request): Customer =>
    telegram.customer(String(request.params['bot']), Number(request.params['id']));
  const one = '/telegram/:bot/phones/:id';
  router.get('/telegram/phones', (_, response) => void response.json(telegram.phones()));
  router.post(
    '/telegram/phones',
    (request, response) =>
      void response.status(201).json(telegram.createPhone(request.body as Parameters<typeof telegram.createPhone>[0])),
  );
  router.get(`${one}/thread`, (request, response) => {
    const { phone, thread } = customerOf(request);
    response.json({ phone, started: thread.started, blocked: thread.blocked, entries: thread.all() });
  });
  router.post(
    `${one}/messages`,
    async (request, response) =>
      void response.status(201).json(await customerOf(request).send(request.body as Parameters<Customer['send']>[0])),
  );
  router.patch(
    `${one}/messages/:message`,
    (request, response) =>
      void response.json(customerOf(request).edit(messageOf(request), editInput.parse(request.body).text)),
  );
  router.put(
    `${one}/messages/:message/reaction`,
    (request, response) =>
      void response.json(customerOf(request).react(messageOf(request), reactInput.parse(request.body).emojis)),
  );
  router.post(
    `${one}/messages/:message/press`,
    (request, response) =>
      void response.json({
        callbackQueryId: customerOf(request).press(messageOf(request), pressInput.parse(request.body).data),
      }),
  );
  router.put(`${one}/blocked`, (request, response) => {
    const { blocked } = blockInput.parse(request.body);
    customerOf(request).setBlocked(blocked);
    response.json({ blocked });
  });
  router.post('/telegram/:bot/batch', (request, response) => {
    const bot = telegram.bot(String(request.params['bot']));
    const { messages } = batchInput.parse(request.body);
    for (const { phone, text } of messages) {
      if (!telegram.hasPhone(phone)) telegram.createPhone({ id: phone, name: `Customer ${phone}` });
      telegram.customer(bot, phone).say(text);
    }
    response.status(202).json({ accepted: messages.length, last: truth.lastNumber });
  });
  router.get('/telegram/files/:id', (request, response) => {
    const file = telegram.world.files.get(String(request.params['id']));
    if (file === undefined) throw new SimulatorError(404, 'there is no such file');
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('content-security-policy', "default-src 'none'; sandbox");
    response.type(file.mimeType).send(telegram.world.files.read(file));
  });
}

const messageOf = (request: Request): number => Number(request.params['message']);

/** Everything about a bot but its token. */
function botView(bot: Bot): Record<string, unknown> {
  const { url, ...info } = bot.webhookInfo();
  return {
    id: bot.user.id,
    username: bot.user.username,
    name: bot.user.first_name,
    channel: 'telegram',
    webhook: { url, ...info },
  };
}

/** Pages of other sites must not play customers in a browser on the same machine. */
function sameSite(request: Request, response: Response, next: NextFunction): void {
  const site = request.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') next();
  else response.status(403).json({ error: 'the simulator answers its own page only' });
}

function explain(error: unknown, _request: Request, response: Response, _next: NextFunction): void {
  if (error instanceof z.ZodError) response.status(400).json({ error: z.prettifyError(error) });
  else if (error instanceof SimulatorError) response.status(error.status).json({ error: error.message });
  else {
    const status = (error as { status?: number }).status ?? 500;
    if (status >= 500) console.error('simulator:', error);
    response
      .status(status)
      .json({ error: status >= 500 ? 'the simulator failed; see its log' : (error as Error).message });
  }
}
