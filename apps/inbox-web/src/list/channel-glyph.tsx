import { AtSign, Globe, MessageCircle, MessageSquareText, Phone, Send, Smartphone } from 'lucide-react';

const GLYPH: Record<string, typeof Globe> = {
  telegram: Send,
  line: MessageCircle,
  whatsapp: Phone,
  sms: Smartphone,
  email: AtSign,
  webchat: Globe,
};
const NAMES: Record<string, string> = {
  telegram: 'Telegram',
  line: 'LINE',
  whatsapp: 'WhatsApp',
  sms: 'SMS',
  email: 'E-mail',
  webchat: 'Web chat',
};

/** A product's own name is the same in every language; an unknown channel is shown by its id. */
export const channelName = (channel: string): string => NAMES[channel] ?? channel;

export function ChannelGlyph({ channel, size = 14 }: { channel: string; size?: number }) {
  const Icon = GLYPH[channel] ?? MessageSquareText;
  return (
    <span className="inline-flex shrink-0 text-weak" data-hint={channelName(channel)}>
      <Icon size={size} aria-hidden />
      <span className="sr-only">{channelName(channel)}</span>
    </span>
  );
}
