import type { WhyView } from '../src/api/types.ts';

/** One trace for every message. */
export function why(messageId: string, at: number): WhyView {
  const step = (name: string, offset: number, ms: number, says: string, data?: unknown) => ({
    step: name,
    at: at + offset,
    ms,
    says,
    ...(data === undefined ? {} : { data }),
  });
  return {
    messageId,
    steps: [
      step('received', 0, 2, 'Webhook verified; the provider’s event 88213771 accepted once.', {
        providerEventId: '88213771',
      }),
      step('normalised', 3, 1, 'One text part, 51 characters.'),
      step('language', 5, 4, 'Indonesian, 97 % certain; mixed with English (top up).', { votes: { id: 3, ms: 1 } }),
      step('intent', 9, 1, 'top-up-missing'),
      step('rules', 11, 2, 'No rule fired. Nearly: “No promise of a result” (outbound only).'),
      step(
        'routing',
        14,
        6,
        'Mei Lin: on shift, 3 of 8, longest idle. Not Omar Haddad: last answered 40 s ago. Not Inés Robles: off shift.',
        { considered: 3 },
      ),
      step('translation', 31, 17, 'Indonesian to English by the phrasebook; terms: top-up, diamond.'),
    ],
  };
}
