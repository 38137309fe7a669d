const ROOT = 'api';

/** One request to the control API. Throws an Error whose message can be shown. */
export async function request(method, path, body) {
  const response = await fetch(`${ROOT}${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (!response.ok) throw new Error(answer?.error ?? `The simulator answered ${response.status}.`);
  return answer;
}

export const fileUrl = (id) => `${ROOT}/telegram/files/${encodeURIComponent(id)}`;

/** Live events; `onState` tells whether they arrive. The browser reconnects by itself. */
export function listen(onEvent, onState) {
  const source = new EventSource(`${ROOT}/stream`);
  source.addEventListener('message', (message) => onEvent(JSON.parse(message.data)));
  source.addEventListener('open', () => onState(true));
  source.addEventListener('error', () => onState(false));
}

/** The content of a file in base64. */
export function base64Of(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(String(reader.result).split(',')[1] ?? ''));
    reader.addEventListener('error', () => reject(new Error(`${file.name} cannot be read.`)));
    reader.readAsDataURL(file);
  });
}
