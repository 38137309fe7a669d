import { z } from 'zod';

export const editInput = z.strictObject({ text: z.string().trim().min(1).max(4096) });
export const reactInput = z.strictObject({ emojis: z.array(z.string().min(1)).max(3) });
export const pressInput = z.strictObject({ data: z.string().min(1) });
export const blockInput = z.strictObject({ blocked: z.boolean() });
export const botInput = z.strictObject({ token: z.string(), username: z.string().min(1).optional() });

/** Many texts at once, for load: phones that do not exist yet are made. */
export const batchInput = z.strictObject({
  messages: z.array(z.strictObject({ phone: z.number().int().min(1), text: z.string().min(1).max(4096) })).max(20_000),
});

export const logQuery = z.object({
  since: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000_000).default(100_000),
  kind: z.enum(['sent', 'update', 'webhook-answer']).optional(),
});
