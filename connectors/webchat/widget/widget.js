// Seaway web chat. Embed with: <script src="https://<hub>/webchat/<account>/widget.js" async></script>
// Attributes: data-open (start opened), data-locale (instead of the page's language). Colour: CSS variable --seaway-accent.
(() => {
  'use strict';
  const script = document.currentScript;
  if (!script) return;
  const base = new URL('.', script.src).href;
  const loaded = (window.seawayWebchat ??= {});
  if (loaded[base]) return;

  const WORDS = 'open close write send sending sent failed retry typing offline fresh'.split(' ');
  const LANGUAGES = {
    en: 'Open chat|Close chat|Write a message|Send|Sending…|Sent|Not sent|Try again|Typing…|Connecting…|New messages',
    ar: 'فتح المحادثة|إغلاق المحادثة|اكتب رسالة|إرسال|جارٍ الإرسال…|أُرسلت|لم تُرسل|إعادة المحاولة|يكتب…|جارٍ الاتصال…|رسائل جديدة',
    de: 'Chat öffnen|Chat schließen|Nachricht schreiben|Senden|Wird gesendet…|Gesendet|Nicht gesendet|Erneut versuchen|Schreibt…|Verbindung wird aufgebaut…|Neue Nachrichten',
    es: 'Abrir el chat|Cerrar el chat|Escribe un mensaje|Enviar|Enviando…|Enviado|No enviado|Reintentar|Escribiendo…|Conectando…|Mensajes nuevos',
    fr: 'Ouvrir le chat|Fermer le chat|Écrire un message|Envoyer|Envoi…|Envoyé|Non envoyé|Réessayer|Écrit…|Connexion…|Nouveaux messages',
    id: 'Buka obrolan|Tutup obrolan|Tulis pesan|Kirim|Mengirim…|Terkirim|Tidak terkirim|Coba lagi|Mengetik…|Menghubungkan…|Pesan baru',
    ja: 'チャットを開く|チャットを閉じる|メッセージを入力|送信|送信中…|送信済み|送信できませんでした|再試行|入力中…|接続中…|新しいメッセージ',
    pt: 'Abrir o chat|Fechar o chat|Escreva uma mensagem|Enviar|Enviando…|Enviada|Não enviada|Tentar de novo|Digitando…|Conectando…|Novas mensagens',
    th: 'เปิดแชต|ปิดแชต|พิมพ์ข้อความ|ส่ง|กำลังส่ง…|ส่งแล้ว|ส่งไม่สำเร็จ|ลองอีกครั้ง|กำลังพิมพ์…|กำลังเชื่อมต่อ…|ข้อความใหม่',
    vi: 'Mở trò chuyện|Đóng trò chuyện|Nhập tin nhắn|Gửi|Đang gửi…|Đã gửi|Chưa gửi được|Thử lại|Đang nhập…|Đang kết nối…|Tin nhắn mới',
    zh: '打开聊天|关闭聊天|输入消息|发送|发送中…|已发送|发送失败|重试|正在输入…|正在连接…|新消息',
  };
  const locale = script.dataset.locale || document.documentElement.lang || navigator.language || 'en';
  const language = locale.split('-')[0].toLowerCase();
  const words = (LANGUAGES[language] ?? LANGUAGES.en).split('|');
  const t = Object.fromEntries(WORDS.map((word, i) => [word, words[i]]));
  const rtl = ['ar', 'fa', 'he', 'ur'].includes(language);

  const HISTORY = 100;
  const GIVE_UP_MS = 30_000;
  const LONG_POLL_FOR_MS = 60_000;
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  // What outlives the page: token, numbers of the last entry had and read, messages not yet taken.
  const STORE = `seaway-webchat:${base}`;
  const blank = () => ({ token: undefined, had: 0, read: 0, outbox: [] });
  const recall = () => {
    try {
      return { ...blank(), ...JSON.parse(localStorage.getItem(STORE) ?? '{}') };
    } catch {
      // Storage is forbidden here: the conversation lasts as long as the page.
      return blank();
    }
  };
  let kept = recall();
  const keep = () => {
    try {
      localStorage.setItem(STORE, JSON.stringify(kept));
    } catch {
      // As above.
    }
  };

  const el = (tag, props = {}, ...children) => {
    const { attrs = {}, ...rest } = props;
    const node = Object.assign(document.createElement(tag), rest);
    for (const [name, value] of Object.entries(attrs)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };
  const on = (target, event, handler) => target.addEventListener(event, handler);
  const icon = (path) => {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    for (const [name, value] of Object.entries({ viewBox: '0 0 24 24', width: 24, height: 24, 'aria-hidden': true }))
      svg.setAttribute(name, value);
    const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    shape.setAttribute('d', path);
    svg.append(shape);
    return svg;
  };
  const host = el('div', { attrs: { lang: locale, dir: rtl ? 'rtl' : 'ltr' } });
  const root = host.attachShadow({ mode: 'open' });
  const badge = el('span', { className: 'badge', hidden: true, attrs: { 'aria-hidden': 'true' } });
  const opener = el(
    'button',
    { className: 'opener', type: 'button', attrs: { 'aria-expanded': 'false', 'aria-controls': 'panel' } },
    icon('M4 4h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z'),
    badge,
  );
  const heading = el('h2', { id: 'title', dir: 'auto' });
  const closer = el(
    'button',
    { className: 'close', type: 'button', attrs: { 'aria-label': t.close } },
    icon('M6 6 18 18M18 6 6 18'),
  );
  const greeting = el('p', { className: 'greeting', dir: 'auto', hidden: true });
  const list = el(
    'div',
    { className: 'list', tabIndex: 0, attrs: { role: 'log', 'aria-live': 'polite', 'aria-labelledby': 'title' } },
    greeting,
  );
  const note = el('p', { className: 'note', attrs: { role: 'status' } });
  const input = el('textarea', {
    rows: 1,
    maxLength: 4000,
    dir: 'auto',
    placeholder: t.write,
    attrs: { 'aria-label': t.write, enterkeyhint: 'send' },
  });
  const sender = el(
    'button',
    { className: 'send', type: 'submit', attrs: { 'aria-label': t.send } },
    icon('M3 11 21 3l-6 18-4-7z'),
  );
  const form = el('form', {}, input, sender);
  const panel = el(
    'section',
    { id: 'panel', className: 'panel', hidden: true, attrs: { role: 'dialog', 'aria-labelledby': 'title' } },
    el('div', { className: 'bar' }, heading, closer),
    list,
    note,
    form,
  );
  const aside = el('div', { className: 'aside', attrs: { role: 'status' } });
  root.append(panel, opener, aside);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host{all:initial;--accent:var(--seaway-accent,#0b5cad);--bg:#fff;--fg:#1b2430;--soft:#eef2f6;--line:#8793a1;--dim:#566170;--bad:#b3261e;--ring:var(--accent);font:15px/1.45 system-ui,sans-serif;color-scheme:light dark;position:fixed;z-index:2147483000;inset-block-end:20px;inset-inline-end:20px}
    @media(prefers-color-scheme:dark){:host{--bg:#151b23;--fg:#e8edf3;--soft:#232c38;--line:#6f7d8d;--dim:#a6b2bf;--bad:#ffb4ab;--ring:#9cc7ff}}
    *{box-sizing:border-box}[hidden]{display:none!important}button,textarea{font:inherit;color:inherit}button{cursor:pointer}
    :focus-visible{outline:3px solid var(--ring);outline-offset:2px}
    svg{display:block;fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
    .opener{position:relative;display:grid;place-items:center;inline-size:56px;block-size:56px;margin-inline-start:auto;border:0;border-radius:50%;background:var(--accent);color:#fff;box-shadow:0 4px 16px #0005}
    .badge{position:absolute;inset-block-start:-4px;inset-inline-end:-4px;min-inline-size:22px;padding:0 6px;border-radius:11px;background:#b3261e;color:#fff;font-size:13px;line-height:22px;text-align:center}
    .panel{display:flex;flex-direction:column;inline-size:min(372px,calc(100vw - 40px));block-size:min(560px,calc(100dvh - 116px));margin-block-end:16px;overflow:hidden;border:1px solid #8793a155;border-radius:16px;background:var(--bg);color:var(--fg);box-shadow:0 12px 40px #0004}
    .bar{display:flex;align-items:center;gap:8px;padding:12px 16px;background:var(--accent);color:#fff}
    h2{flex:1;margin:0;font-size:16px;font-weight:600;overflow-wrap:anywhere}
    .close{display:grid;place-items:center;inline-size:36px;block-size:36px;border:0;border-radius:8px;background:none}.bar :focus-visible,.opener:focus-visible{outline-color:#fff;outline-offset:-4px}
    .list{flex:1;display:flex;flex-direction:column;gap:8px;padding:16px;overflow-y:auto;overscroll-behavior:contain}.list:focus-visible{outline-offset:-3px}
    .greeting{margin:0;color:var(--dim)}
    .item{display:flex;flex-direction:column;align-items:flex-start;gap:4px;max-inline-size:85%;align-self:flex-start}
    .item.own{align-self:flex-end;align-items:flex-end}
    .text{margin:0;padding:8px 12px;border-radius:14px;background:var(--soft);white-space:pre-wrap;overflow-wrap:anywhere}
    .own .text{background:var(--accent);color:#fff}
    .meta{font-size:12px;color:var(--dim)}.meta.bad{color:var(--bad)}.meta button{margin-inline-start:8px;padding:4px 0;border:0;background:none;text-decoration:underline}
    .options{display:flex;flex-wrap:wrap;gap:8px}
    .options button{min-block-size:36px;padding:6px 14px;border:1px solid var(--accent);border-radius:18px;background:var(--bg)}.options button:disabled{border-color:#8793a155;color:var(--dim);cursor:default}
    .note{margin:0;padding:0 16px;min-block-size:20px;font-size:13px;line-height:20px;color:var(--dim)}
    form{display:flex;align-items:flex-end;gap:8px;padding:8px 12px 12px}
    textarea{flex:1;min-block-size:42px;max-block-size:120px;padding:9px 12px;border:1px solid var(--line);border-radius:12px;background:var(--bg);resize:none}
    .send{display:grid;place-items:center;inline-size:42px;block-size:42px;border:0;border-radius:12px;background:var(--accent);color:#fff}
    :host([dir=rtl]) .send svg{transform:scaleX(-1)}
    .aside{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}
    @media(max-width:480px){.panel{position:fixed;inset:0;inline-size:100%;block-size:100%;margin:0;border:0;border-radius:0}:host(.open) .opener{display:none}}
  `);
  root.adoptedStyleSheets = [sheet];

  const entries = new Map();
  /** Nodes of messages not yet taken, by id. */
  const waiting = new Map();
  let cursor = 0;
  const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });

  const meta = (node, text, retry) => {
    const line = el('div', { className: retry ? 'meta bad' : 'meta' }, text);
    if (retry) line.append(el('button', { type: 'button', onclick: retry }, t.retry));
    node.querySelector('.meta')?.remove();
    node.append(line);
  };
  const bubble = (text, own) =>
    el('div', { className: own ? 'item own' : 'item' }, el('p', { className: 'text', dir: 'auto', textContent: text }));
  const toEnd = (node) => {
    const near = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
    list.append(node);
    if (near) list.scrollTop = list.scrollHeight;
  };

  const show = (entry) => {
    if (entry.n <= cursor) return;
    cursor = entry.n;
    const own = entry.from === 'visitor';
    if (own) {
      kept.outbox = kept.outbox.filter((item) => item.id !== entry.id);
      waiting.get(entry.id)?.remove();
      waiting.delete(entry.id);
    } else typing(false);
    const node = bubble(entry.text, own);
    if (entry.options && !own) {
      const press = (option) => say({ n: entry.n, optionId: option.id }, option.label);
      node.append(
        el(
          'div',
          { className: 'options' },
          ...entry.options.map((option) =>
            el('button', { type: 'button', dir: 'auto', onclick: () => press(option) }, option.label),
          ),
        ),
      );
    }
    meta(node, `${own ? `${t.sent} · ` : ''}${clock.format(entry.at)}`);
    entries.set(entry.n, { entry, node });
    toEnd(node);
    for (const pending of waiting.values()) list.append(pending);
    kept.had = Math.max(kept.had, cursor);
    settleButtons();
    tellSoon();
  };
  /** Buttons are over once the visitor has written after them. */
  const settleButtons = () => {
    let answered = waiting.size > 0;
    for (const { entry, node } of [...entries.values()].reverse()) {
      if (entry.from === 'visitor') answered = true;
      for (const button of node.querySelectorAll('.options button')) button.disabled = answered;
    }
  };
  let typingTimer;
  const typing = (on) => {
    clearTimeout(typingTimer);
    if (on) typingTimer = setTimeout(() => typing(false), 6000);
    note.textContent = on ? t.typing : online ? '' : t.offline;
  };

  // sending
  const newId = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const say = (what, label) => {
    const item = { id: newId(), label, what, since: Date.now() };
    kept.outbox.push(item);
    keep();
    pend(item);
    list.scrollTop = list.scrollHeight;
    void connect();
    void flush();
  };
  const pend = (item) => {
    const node = bubble(item.label, true);
    waiting.set(item.id, node);
    list.append(node);
    if (item.failed) fail(item);
    else meta(node, t.sending);
    settleButtons();
  };
  const fail = (item) => {
    item.failed = true;
    const node = waiting.get(item.id);
    if (node) meta(node, t.failed, () => again(item, node));
  };
  const again = (item, node) => {
    Object.assign(item, { failed: false, since: Date.now() });
    meta(node, t.sending);
    void flush();
  };
  /** One after another, so that order holds; the id makes every repetition the same message. */
  let flushing = false;
  const flush = async () => {
    if (flushing) return;
    flushing = true;
    for (let item; (item = kept.outbox.find((one) => !one.failed)); keep()) {
      const answer = kept.token ? await transmit({ id: item.id, locale, ...item.what }) : { retryAfterMs: 500 };
      if (!kept.outbox.includes(item)) continue;
      if (answer.n) {
        kept.outbox = kept.outbox.filter((one) => one !== item);
        const node = waiting.get(item.id);
        if (node) meta(node, t.sent);
      } else if (answer.code === 'invalid' || Date.now() - item.since > GIVE_UP_MS) fail(item);
      else await sleep(answer.retryAfterMs ?? 1000);
    }
    flushing = false;
  };
  const acks = new Map();
  const transmit = (message) => {
    if (socket?.readyState !== WebSocket.OPEN) return call('POST', 'messages', message).catch((error) => error);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve({ retryAfterMs: 0 }), 8000);
      acks.set(message.id, (answer) => (clearTimeout(timer), acks.delete(message.id), resolve(answer)));
      socket.send(JSON.stringify({ type: 'message', ...message }));
    });
  };

  // receipts and unread
  const told = { delivered: 0, read: 0 };
  let tellTimer;
  const tellSoon = () => {
    clearTimeout(tellTimer);
    tellTimer = setTimeout(tell, 200);
  };
  const tell = async () => {
    const reading = !panel.hidden && document.visibilityState === 'visible';
    if (reading) kept.read = Math.max(kept.read, cursor);
    keep();
    const unread = [...entries.values()].filter(({ entry }) => entry.from === 'shop' && entry.n > kept.read).length;
    badge.hidden = unread === 0;
    badge.textContent = unread > 99 ? '99+' : unread;
    opener.setAttribute('aria-label', panel.hidden ? (unread ? `${t.open} (${t.fresh}: ${unread})` : t.open) : t.close);
    aside.textContent = unread && panel.hidden ? `${t.fresh}: ${unread}` : '';
    for (const [state, upTo] of Object.entries({ delivered: cursor, read: Math.min(kept.read, cursor) })) {
      if (upTo <= told[state] || !online) continue;
      const receipt = { state, upTo };
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: 'receipt', ...receipt }));
      else if (
        await call('POST', 'receipts', receipt).then(
          () => false,
          () => true,
        )
      )
        continue;
      told[state] = upTo;
    }
  };

  // connection
  let socket;
  let online = false;
  let connecting = false;
  const setOnline = (now) => {
    online = now;
    typing(false);
    if (now) tellSoon();
  };
  /** Rejects with the hub's error, or with `{}` when it was not reached. */
  const call = async (method, path, body) => {
    const headers = {
      ...(kept.token && { authorization: `Bearer ${kept.token}` }),
      ...(body && { 'content-type': 'application/json' }),
    };
    let response;
    let answer;
    try {
      response = await fetch(base + path, {
        method,
        headers,
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(35_000),
        credentials: 'omit',
      });
      answer = response.status === 204 ? {} : await response.json();
    } catch {
      throw {};
    }
    if (response.ok) return answer;
    if (response.status === 401) forget();
    throw answer.error ?? {};
  };
  /** The hub does not know this visitor any more: begin anew, but keep what was not sent. */
  const forget = () => {
    kept = { ...blank(), outbox: kept.outbox };
    for (const { node } of entries.values()) node.remove();
    entries.clear();
    Object.assign(told, { delivered: 0, read: 0 });
    cursor = 0;
    keep();
  };
  const enter = async () => {
    // Another tab may have become a visitor meanwhile.
    kept.token ??= recall().token;
    const session = await call('POST', 'session');
    kept.token = session.token;
    keep();
    heading.textContent = session.title;
    const found =
      session.greeting[locale] ??
      session.greeting[language] ??
      session.greeting.en ??
      Object.values(session.greeting)[0];
    greeting.textContent = found ?? '';
    greeting.hidden = !found;
  };
  /** Stays in touch for as long as the page lives. */
  const connect = async () => {
    if (connecting) return;
    connecting = true;
    for (let failures = 0; ; failures += 1) {
      const begun = Date.now();
      try {
        await enter();
        void flush();
        if (!(await overSocket())) await overLongPoll();
      } catch {
        // Tried again below.
      }
      setOnline(false);
      if (Date.now() - begun > 10_000) failures = 0;
      await sleep(Math.min(30_000, 500 * 2 ** failures) * (0.5 + Math.random()));
    }
  };
  /** Resolves when the connection is over: false if there never was one. */
  const overSocket = () =>
    new Promise((resolve) => {
      const query = new URLSearchParams({ token: kept.token, after: cursor });
      const mine = (socket = new WebSocket(`${base.replace(/^http/, 'ws')}socket?${query}`));
      const timer = setTimeout(() => mine.close(), 6000);
      let opened = false;
      on(mine, 'open', () => {
        clearTimeout(timer);
        opened = true;
      });
      on(mine, 'message', ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.type === 'entry') show(frame);
        else if (frame.type === 'typing') typing(true);
        else if (frame.type === 'ready') setOnline(true);
        else if (frame.id) acks.get(frame.id)?.(frame);
      });
      on(mine, 'close', () => {
        clearTimeout(timer);
        for (const answer of acks.values()) answer({ retryAfterMs: 300 });
        resolve(opened);
      });
    });
  /** Where WebSockets do not get through. After a while the socket is tried again. */
  const overLongPoll = async () => {
    for (const end = Date.now() + LONG_POLL_FOR_MS; Date.now() < end;) {
      const waited = call('GET', `messages?after=${cursor}`);
      const quiet = setTimeout(() => setOnline(true), 1500);
      const { entries: found } = await waited.finally(() => clearTimeout(quiet));
      for (const entry of found) show(entry);
      setOnline(true);
    }
  };

  const open = (focus = true) => {
    panel.hidden = false;
    host.classList.add('open');
    opener.setAttribute('aria-expanded', 'true');
    list.scrollTop = list.scrollHeight;
    if (focus) input.focus();
    void connect();
    void tell();
  };
  const close = () => {
    panel.hidden = true;
    host.classList.remove('open');
    opener.setAttribute('aria-expanded', 'false');
    opener.focus();
    void tell();
  };
  const submit = () => {
    const text = input.value.trim();
    if (text === '') return;
    input.value = '';
    fit();
    say({ text }, text);
  };
  const fit = () => {
    input.style.height = 'auto';
    input.style.height = `${input.scrollHeight + 2}px`;
  };
  on(opener, 'click', () => (panel.hidden ? open() : close()));
  on(closer, 'click', close);
  on(input, 'input', fit);
  on(form, 'submit', (event) => {
    event.preventDefault();
    submit();
  });
  on(input, 'keydown', (event) => {
    // While an input method composes, Enter chooses a word.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  on(panel, 'keydown', (event) => {
    if (event.key === 'Escape') return close();
    if (event.key !== 'Tab') return;
    const stops = [...panel.querySelectorAll('button:not(:disabled),textarea,[tabindex]')];
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (root.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0]).focus();
  });
  on(document, 'visibilitychange', tell);
  on(window, 'online', () => socket?.readyState !== WebSocket.OPEN && socket?.close());

  const start = () => {
    heading.textContent = t.open;
    opener.setAttribute('aria-label', t.open);
    cursor = Math.max(0, kept.had - HISTORY);
    Object.assign(told, { delivered: kept.had, read: kept.read });
    document.body.append(host);
    for (const item of kept.outbox) pend(item);
    if (script.dataset.open !== undefined) open(false);
    else if (kept.token) void connect();
  };
  loaded[base] = { open, close };
  if (document.body) start();
  else on(document, 'DOMContentLoaded', start);
})();
