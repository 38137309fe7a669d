import { z } from 'zod';
import type { PrivateChat, User } from './types.ts';

/** A customer's phone with the chat app on it. */
export const phone = z.object({
  id: z.number().int(),
  firstName: z.string(),
  lastName: z.string().optional(),
  username: z.string().optional(),
  /** BCP 47, of the app; the provider passes it on. */
  languageCode: z.string().optional(),
  /** ISO country of the number. The provider does not tell bots. */
  country: z.string().optional(),
});
export type Phone = z.infer<typeof phone>;

export const newPhone = z.strictObject({
  /** Chosen by the simulator when absent. */
  id: z
    .number()
    .int()
    .min(1)
    .max(2 ** 52)
    .optional(),
  /** First name, and the rest as last name. */
  name: z.string().trim().min(1).max(128),
  username: z
    .string()
    .regex(/^[A-Za-z0-9_]{4,32}$/, 'expected 4 to 32 letters, digits or "_"')
    .optional(),
  languageCode: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'expected a language code such as id or es-MX')
    .optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'expected an ISO country code such as ID')
    .optional(),
  /** The customer has written to the bots before, so they may write first. */
  started: z.boolean().optional(),
});
export type NewPhone = z.input<typeof newPhone>;

export function userOf(phone: Phone): User {
  const { id, firstName, lastName, username, languageCode } = phone;
  return {
    id,
    is_bot: false,
    first_name: firstName,
    ...(lastName === undefined ? {} : { last_name: lastName }),
    ...(username === undefined ? {} : { username }),
    ...(languageCode === undefined ? {} : { language_code: languageCode }),
  };
}

export function chatOf(phone: Phone): PrivateChat {
  const { id, first_name, last_name, username } = userOf(phone);
  return {
    id,
    first_name,
    ...(last_name === undefined ? {} : { last_name }),
    ...(username === undefined ? {} : { username }),
    type: 'private',
  };
}
