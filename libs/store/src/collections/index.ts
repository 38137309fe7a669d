export * from './bookkeeping.ts';
export * from './conversations.ts';
export * from './messages.ts';
export * from './people.ts';
