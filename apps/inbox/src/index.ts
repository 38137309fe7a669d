export { InboxModule } from './inbox.module.ts';
export type { InboxOptions } from './options.ts';
export { PushFeed } from './push/push-feed.ts';
export type { PushLimits } from './push/push-limits.ts';
