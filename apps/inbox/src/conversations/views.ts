import type { changesView, conversationPage, timelinePage } from '#libs/contracts';
import type { z } from 'zod';

export type ConversationPage = z.infer<typeof conversationPage>;
export type ChangesView = z.infer<typeof changesView>;
export type TimelinePage = z.infer<typeof timelinePage>;
export type { ConversationDetail, TemplateView, WhyView } from '#libs/contracts';
