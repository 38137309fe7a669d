/** Objects of the Bot API as far as the simulator makes them. Fields are the provider's, so they are in its spelling. */
export interface User {
  id: number;
  is_bot: boolean;
  first_name: string;
  last_name?: string;
  username?: string;
  language_code?: string;
}

export interface PrivateChat {
  id: number;
  type: 'private';
  first_name: string;
  last_name?: string;
  username?: string;
}

export interface InlineButton {
  text: string;
  callback_data?: string;
  url?: string;
  [field: string]: unknown;
}

export interface InlineKeyboard {
  inline_keyboard: InlineButton[][];
}

/** `date` and `edit_date` are Unix seconds. */
export interface Message {
  message_id: number;
  from: User;
  chat: PrivateChat;
  date: number;
  edit_date?: number;
  text?: string;
  caption?: string;
  reply_to_message?: Message;
  reply_markup?: InlineKeyboard;
  [field: string]: unknown;
}

export type UpdateKind = 'message' | 'edited_message' | 'callback_query' | 'message_reaction' | 'my_chat_member';

export interface Update {
  update_id: number;
  [kind: string]: unknown;
}

export interface WebhookInfo {
  url: string;
  has_custom_certificate: boolean;
  pending_update_count: number;
  ip_address?: string;
  last_error_date?: number;
  last_error_message?: string;
  max_connections?: number;
  allowed_updates?: string[];
}

export interface ReactionType {
  type: 'emoji';
  emoji: string;
}
