import { fileUrl } from './api.js';

/** A DOM element. Text is always set as text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === undefined) continue;
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** One message as the phone shows it. `act` holds what can be done with it. */
export function bubble(entry, act) {
  const { message, by } = entry;
  const row = element('div', { class: `bubble ${by}${entry.deleted ? ' deleted' : ''}`, id: `m${message.message_id}` });
  row.append(element('span', { class: 'hidden' }, by === 'customer' ? 'You: ' : 'Support: '));
  if (entry.deleted) {
    row.append(element('p', {}, 'This message was deleted'));
    return row;
  }
  if (message.reply_to_message) row.append(element('blockquote', { dir: 'auto' }, summary(message.reply_to_message)));
  row.append(...content(message));
  if (message.reply_markup) row.append(keys(message, act));
  row.append(meta(entry, act));
  return row;
}

function content(message) {
  const parts = [];
  const photo = message.photo?.at(-1);
  if (photo) parts.push(element('img', { src: fileUrl(photo.file_id), alt: message.caption ?? 'Photo' }));
  if (message.sticker)
    parts.push(element('img', { src: fileUrl(message.sticker.file_id), alt: message.sticker.emoji ?? 'Sticker' }));
  const sound = message.voice ?? message.audio;
  if (sound) parts.push(element('audio', { controls: true, preload: 'none', src: fileUrl(sound.file_id) }));
  if (message.video)
    parts.push(element('video', { controls: true, preload: 'metadata', src: fileUrl(message.video.file_id) }));
  if (message.document && !message.animation) {
    parts.push(
      element(
        'a',
        { href: fileUrl(message.document.file_id), download: message.document.file_name ?? 'file' },
        message.document.file_name ?? 'File',
      ),
    );
  }
  if (message.location)
    parts.push(
      element(
        'p',
        {},
        `📍 ${message.venue?.title ?? 'Location'} ${message.location.latitude.toFixed(4)}, ${message.location.longitude.toFixed(4)}`,
      ),
    );
  if (message.contact)
    parts.push(element('p', { dir: 'auto' }, `👤 ${message.contact.first_name} ${message.contact.phone_number}`));
  const text = message.text ?? message.caption;
  if (text) parts.push(element('p', { dir: 'auto' }, text));
  return parts;
}

const summary = (message) => message.text ?? message.caption ?? 'Attachment';

function keys(message, act) {
  const rows = message.reply_markup.inline_keyboard.map((row) =>
    element(
      'div',
      {},
      ...row.map((key) =>
        key.url
          ? element('a', { href: key.url, target: '_blank', rel: 'noopener noreferrer', dir: 'auto' }, key.text)
          : element(
              'button',
              { type: 'button', dir: 'auto', onclick: () => act.press(message.message_id, key.callback_data) },
              key.text,
            ),
      ),
    ),
  );
  return element('div', { class: 'keys' }, ...rows);
}

function meta(entry, act) {
  const { message, by, reactions } = entry;
  const line = element('div', { class: 'meta' });
  // The customer's own thumb is shown by the pressed button.
  const shown = [...reactions.bot, ...reactions.customer.filter((r) => by === 'customer' || r.emoji !== '👍')]
    .map((r) => r.emoji)
    .join(' ');
  if (shown)
    line.append(element('span', { class: 'reactions' }, element('span', { class: 'hidden' }, 'Reactions: '), shown));
  if (by === 'bot') {
    const liked = reactions.customer.some((r) => r.emoji === '👍');
    line.append(
      element(
        'button',
        {
          type: 'button',
          class: 'act',
          'aria-pressed': String(liked),
          'aria-label': 'React with thumbs up',
          onclick: () => act.react(message.message_id, liked ? [] : ['👍']),
        },
        '👍',
      ),
    );
  } else if (message.text) {
    line.append(element('button', { type: 'button', class: 'act', onclick: () => act.edit(message) }, 'Edit'));
  }
  if (message.edit_date) line.append('edited');
  line.append(
    element(
      'time',
      { datetime: new Date(entry.at).toISOString() },
      new Date(entry.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }),
    ),
  );
  if (by === 'customer') {
    line.append(
      element(
        'span',
        {
          class: `ticks${entry.delivered ? ' done' : ''}`,
          title: entry.delivered ? 'Delivered' : 'Sent',
          'aria-hidden': 'true',
        },
        entry.delivered ? '✓✓' : '✓',
      ),
      element('span', { class: 'hidden' }, entry.delivered ? 'delivered' : 'sent'),
    );
  }
  return line;
}
