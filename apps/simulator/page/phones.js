import { base64Of, listen, request } from './api.js';
import { bubble, element } from './bubble.js';
import { phrasesFor } from './phrases.js';

const at = (id) => document.getElementById(id);
const view = { bots: [], phones: [], bot: undefined, phone: undefined, editing: undefined, blocked: false };
let typingTimer;
let noticeTimer;

const chatPath = () => `/telegram/${view.bot.id}/phones/${view.phone.id}`;
const nameOf = (phone) => [phone.firstName, phone.lastName].filter(Boolean).join(' ');

/** Runs an act of the customer and says what went wrong. */
async function attempt(what) {
  try {
    await what();
  } catch (error) {
    notify(error.message, true);
  }
}

function notify(text, problem = false) {
  const notice = at('notice');
  clearTimeout(noticeTimer);
  notice.textContent = text;
  notice.classList.toggle('problem', problem);
  notice.hidden = false;
  noticeTimer = setTimeout(() => (notice.hidden = true), 6000);
}

const act = {
  press: (message, data) => attempt(() => request('POST', `${chatPath()}/messages/${message}/press`, { data })),
  react: (message, emojis) => attempt(() => request('PUT', `${chatPath()}/messages/${message}/reaction`, { emojis })),
  edit: (message) => {
    view.editing = message.message_id;
    at('editing').hidden = false;
    at('text').value = message.text;
    at('text').focus();
  },
};

function stopEditing() {
  view.editing = undefined;
  at('editing').hidden = true;
  at('text').value = '';
}

async function submit() {
  const text = at('text').value.trim();
  if (text === '') return;
  if (view.editing === undefined) await request('POST', `${chatPath()}/messages`, { text });
  else await request('PATCH', `${chatPath()}/messages/${view.editing}`, { text });
  stopEditing();
}

async function sendFile(file) {
  const kind = file.type.startsWith('image/')
    ? 'photo'
    : file.type.startsWith('audio/')
      ? 'voice'
      : file.type.startsWith('video/')
        ? 'video'
        : 'document';
  const content = {
    base64: await base64Of(file),
    fileName: file.name,
    ...(file.type === '' ? {} : { mimeType: file.type }),
  };
  await request('POST', `${chatPath()}/messages`, { [kind]: content });
}

function showEntry(entry) {
  const thread = at('thread');
  const old = at(`m${entry.message.message_id}`);
  const follow = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
  const made = bubble(entry, act);
  thread.querySelector('.empty')?.remove();
  if (old) old.replaceWith(made);
  else thread.append(made);
  if (entry.by === 'bot') showTyping('');
  const toEnd = () => (thread.scrollTop = thread.scrollHeight);
  if (!follow) return;
  toEnd();
  made.querySelector('img')?.addEventListener('load', toEnd, { once: true });
}

function showTyping(text, forMs = 0) {
  clearTimeout(typingTimer);
  at('typing').textContent = text;
  if (text !== '') typingTimer = setTimeout(() => showTyping(''), forMs);
}

function showBlocked(blocked) {
  view.blocked = blocked;
  at('block').setAttribute('aria-pressed', String(blocked));
  at('block').textContent = blocked ? 'Unblock' : 'Block';
}

async function openChat() {
  if (!view.bot || !view.phone) return;
  stopEditing();
  showTyping('');
  at('notice').hidden = true;
  at('bot-name').textContent = view.bot.name;
  at('avatar').textContent = [...view.bot.name][0].toUpperCase();
  at('phrases').replaceChildren(
    ...phrasesFor(view.phone.languageCode).map((text) =>
      element(
        'button',
        {
          type: 'button',
          dir: 'auto',
          title: text,
          onclick: () => attempt(() => request('POST', `${chatPath()}/messages`, { text })),
        },
        text,
      ),
    ),
  );
  const asked = view.phone.id;
  const { entries, blocked } = await request('GET', `${chatPath()}/thread`);
  if (asked !== view.phone.id) return;
  showBlocked(blocked);
  at('thread').replaceChildren(...entries.map((entry) => bubble(entry, act)));
  if (entries.length === 0)
    at('thread').append(element('p', { class: 'empty' }, 'No messages yet. Write one, or pick a phrase below.'));
  at('thread').scrollTop = at('thread').scrollHeight;
}

async function load() {
  const world = await request('GET', '/');
  Object.assign(view, { bots: world.bots, phones: world.phones });
  view.bot = world.bots.find((bot) => bot.id === view.bot?.id) ?? world.bots[0];
  const wanted = view.phone?.id ?? Number(new URLSearchParams(location.search).get('phone'));
  view.phone = world.phones.find((phone) => phone.id === wanted) ?? world.phones[0];
  at('bot').replaceChildren(
    ...world.bots.map((bot) => new Option(`${bot.name} (@${bot.username})`, bot.id, false, bot.id === view.bot?.id)),
  );
  at('bot-field').hidden = world.bots.length < 2;
  at('phone').replaceChildren(
    ...world.phones.map(
      (phone) =>
        new Option(
          `${nameOf(phone)}${phone.country ? ` · ${phone.country}` : ''}`,
          phone.id,
          false,
          phone.id === view.phone?.id,
        ),
    ),
  );
  if (world.bots.length === 0) notify('No bot is registered at the simulator.', true);
  await openChat();
  return world;
}

function onEvent(event) {
  const here = event.bot === view.bot?.id && event.phone === view.phone?.id;
  if (event.type === 'thread' && here) showEntry(event.entry);
  else if (event.type === 'typing' && here)
    showTyping(event.action === 'typing' ? 'is typing' : 'is preparing a file', event.forMs);
  else if (event.type === 'blocked' && here) showBlocked(event.blocked);
  else if (event.type === 'callback-answer' && here && event.text !== '') notify(event.text);
  else if (event.type === 'phones') void attempt(load);
}

/** The web chat is a phone of its own where the hub serves its page. */
async function offerWebchat(url) {
  const response = await fetch(url, { method: 'HEAD' }).catch(() => undefined);
  if (!response?.ok) return;
  at('webchat-frame').src = url;
  at('webchat').hidden = false;
}

/** Points at the inbox where the hub runs on the same address. */
async function offerInbox() {
  const response = await fetch('/', { method: 'HEAD' }).catch(() => undefined);
  at('inbox-hint').hidden = !response?.ok;
}

at('compose').addEventListener('submit', (event) => {
  event.preventDefault();
  void attempt(submit);
});
at('text').addEventListener('keydown', (event) => {
  if (event.key === 'Escape') stopEditing();
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  void attempt(submit);
});
at('cancel-edit').addEventListener('click', stopEditing);
at('file').addEventListener('change', (event) => {
  const [file] = event.target.files;
  event.target.value = '';
  if (file) void attempt(() => sendFile(file));
});
at('location').addEventListener('click', () =>
  attempt(() => request('POST', `${chatPath()}/messages`, { location: { latitude: -6.2088, longitude: 106.8456 } })),
);
at('block').addEventListener('click', () =>
  attempt(() => request('PUT', `${chatPath()}/blocked`, { blocked: !view.blocked })),
);
at('phone').addEventListener('change', (event) => {
  view.phone = view.phones.find((phone) => phone.id === Number(event.target.value));
  void attempt(openChat);
});
at('bot').addEventListener('change', (event) => {
  view.bot = view.bots.find((bot) => bot.id === Number(event.target.value));
  void attempt(openChat);
});

let connected;
listen(onEvent, (up) => {
  at('connection').textContent = up ? '' : 'The simulator does not answer; trying again…';
  // What happened while the stream was down is read anew.
  if (up && connected === false) void attempt(openChat);
  connected = up;
});
void attempt(async () => offerWebchat((await load()).webchatUrl));
void offerInbox();
