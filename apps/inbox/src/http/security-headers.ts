import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';
import { isApi, isForeign } from './foreign-paths.ts';

/** A page built by Vite needs no inline script; the components set inline styles. Blobs and data: previews of media. */
const headers = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:', 'blob:', 'https:'],
      mediaSrc: ["'self'", 'blob:', 'https:'],
      fontSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  crossOriginEmbedderPolicy: false,
  referrerPolicy: { policy: 'same-origin' },
});

export function securityHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
): void {
  if (isForeign(request.url ?? '')) return next();
  // Answers hold customers' words, and differ by who asks.
  if (isApi(request.url ?? '')) response.setHeader('cache-control', 'no-store');
  headers(request, response, next);
}
