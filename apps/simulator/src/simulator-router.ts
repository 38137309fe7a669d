import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { controlRouter } from './control/control-router.ts';
import type { Simulator } from './create-simulator.ts';
import { pageFolder } from './page-folder.ts';
import { serveBotApi } from './telegram/bot-api.ts';

/**
 * API roots under which Telegram answers. A client resolves `./bot<token>/…` against its root, so a root written without the
 * final slash loses its last segment: `/sim/telegram` then is called as `/sim/bot…`. Both spellings work.
 */
const TELEGRAM_ROOTS = ['/sim/telegram', '/sim', ''];

/** `/bot<token>/<method>` and `/file/bot<token>/<path>` (also below `/sim/telegram` and `/sim`), `/sim/api/…`, and the page `/sim/`. */
export function simulatorRouter(simulator: Simulator): Router {
  const router = Router({ strict: true });
  router.use(async (request: Request, response: Response, next: NextFunction) => {
    const mark = request.url.indexOf('?');
    const path = mark === -1 ? request.url : request.url.slice(0, mark);
    const root = TELEGRAM_ROOTS.find((r) => path.startsWith(`${r}/bot`) || path.startsWith(`${r}/file/bot`));
    if (root === undefined) return next();
    const query = new URLSearchParams(mark === -1 ? '' : request.url.slice(mark + 1));
    if (!(await serveBotApi(simulator.telegram, path.slice(root.length), query, request, response))) next();
  });
  router.use('/sim/api', controlRouter(simulator));
  router.get('/sim', (request, response) => response.redirect(`${request.baseUrl}/sim/`));
  router.use('/sim/', express.static(pageFolder(), { cacheControl: false, redirect: false }));
  return router;
}
