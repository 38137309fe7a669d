/**
 * Consumer groups of this app. The symbols tell Nest which of the connected bus servers a handler belongs to, so that
 * standalone can host several groups in one application.
 */
export const INBOUND_GROUP = Symbol('seaway-core-inbound');
export const COMMANDS_GROUP = Symbol('seaway-core-commands');
export const TRANSLATOR_GROUP = Symbol('seaway-translator');
