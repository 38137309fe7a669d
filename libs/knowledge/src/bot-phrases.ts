/** Ids of the phrases that every pack has for the bot; their slots are fixed. */
export const NOTICE = 'bot-notice';
export const HANDOVER = 'bot-handover';
/** Has the slot `time`. */
export const HANDOVER_LATER = 'bot-handover-later';
export const CLARIFY = 'bot-clarify';

export const BOT_PHRASES: Readonly<Record<string, readonly string[]>> = {
  [NOTICE]: [],
  [HANDOVER]: [],
  [HANDOVER_LATER]: ['time'],
  [CLARIFY]: [],
};
