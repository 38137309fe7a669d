import { useEffect, useRef, useState } from 'react';
import { api } from '../api/calls.ts';
import { queryClient } from '../api/query-client.ts';
import type { ConversationDetail, DraftView } from '../api/types.ts';

type Mode = DraftView['mode'];

/** A draft as this device keeps it; `synced` = the server has the same words. */
interface LocalDraft {
  reply: string;
  note: string;
  mode: Mode;
  synced: boolean;
}

const keyOf = (id: string): string => `seaway.draft.${id}`;
const SAVE_AFTER = 1000;

function readLocal(id: string): LocalDraft | undefined {
  try {
    const stored = localStorage.getItem(keyOf(id));
    return stored === null ? undefined : (JSON.parse(stored) as LocalDraft);
  } catch {
    return undefined;
  }
}

/** Words that never reached the server win over the server's; else the server's, which another device may have written. */
function firstDraft(conversation: ConversationDetail): LocalDraft {
  const local = readLocal(conversation.id);
  const remote = conversation.draft;
  if (local && (!local.synced || !remote)) return local.synced ? { ...local, [local.mode]: '' } : local;
  const blank: LocalDraft = { reply: '', note: '', mode: 'reply', synced: true };
  return remote ? { ...blank, [remote.mode]: remote.text, mode: remote.mode } : blank;
}

function keep(id: string, draft: LocalDraft): void {
  if (draft.reply === '' && draft.note === '') localStorage.removeItem(keyOf(id));
  else localStorage.setItem(keyOf(id), JSON.stringify(draft));
}

/** The words in the box: on this device at once, on the server when the agent pauses, so that they survive reload and device. */
export function useDraft(conversation: ConversationDetail) {
  const { id } = conversation;
  const [draft, setDraft] = useState(() => firstDraft(conversation));
  const [saved, setSaved] = useState<'none' | 'server' | 'device'>('none');
  const timer = useRef<number | undefined>(undefined);

  const save = useRef((next: LocalDraft) => {
    window.clearTimeout(timer.current);
    void api
      .saveDraft(id, { text: next[next.mode], mode: next.mode })
      .then(() => {
        const now = readLocal(id);
        if (now && now[next.mode] === next[next.mode]) keep(id, { ...now, synced: true });
        const text = next[next.mode];
        queryClient.setQueryData<ConversationDetail>(['conversation', id], (detail) => {
          if (!detail) return detail;
          const { draft: _before, ...rest } = detail;
          return text === '' ? rest : { ...rest, draft: { text, mode: next.mode } };
        });
        setSaved(text === '' ? 'none' : 'server');
      })
      .catch(() => setSaved('device'));
  });

  const unsent = useRef<LocalDraft | undefined>(undefined);
  function change(part: Partial<Pick<LocalDraft, Mode | 'mode'>>) {
    const next = { ...draft, ...part, synced: false };
    setDraft(next);
    setSaved('none');
    keep(id, next);
    window.clearTimeout(timer.current);
    unsent.current = next;
    timer.current = window.setTimeout(() => {
      unsent.current = undefined;
      save.current(next);
    }, SAVE_AFTER);
  }

  useEffect(() => {
    const flush = save.current;
    return () => {
      if (unsent.current) flush(unsent.current);
    };
  }, []);

  return {
    mode: draft.mode,
    text: draft[draft.mode],
    saved,
    setText: (text: string) => change({ [draft.mode]: text }),
    setMode: (mode: Mode) => change({ mode }),
    /** After sending: at once, so that no other device offers the words again. */
    clear() {
      const next = { ...draft, [draft.mode]: '', synced: true };
      window.clearTimeout(timer.current);
      unsent.current = undefined;
      setDraft(next);
      keep(id, next);
      save.current(next);
    },
  };
}
