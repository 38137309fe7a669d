import { useEffect, useState } from 'react';
import { api } from '../api/calls.ts';
import type { PreviewRequest, PreviewView } from '../api/types.ts';

const PAUSE = 300;

export interface Preview {
  view: PreviewView | undefined;
  /** `view` is about exactly the words that are in the box now. */
  current: boolean;
  busy: boolean;
  failure: string | undefined;
}

/** What the customer will see, asked when the agent pauses; a newer question cancels the older. */
export function usePreview(id: string, request: PreviewRequest | undefined): Preview {
  const question = request === undefined ? '' : JSON.stringify(request);
  const [answer, setAnswer] = useState<{ question: string; view?: PreviewView; failure?: string }>({ question: '' });

  useEffect(() => {
    if (question === '') return undefined;
    const cancel = new AbortController();
    const timer = window.setTimeout(() => {
      api
        .preview(id, JSON.parse(question) as PreviewRequest, cancel.signal)
        .then((view) => setAnswer({ question, view }))
        .catch((error: Error) => {
          if (error.name !== 'AbortError') setAnswer({ question, failure: error.message });
        });
    }, PAUSE);
    return () => {
      window.clearTimeout(timer);
      cancel.abort();
    };
  }, [id, question]);

  const current = question !== '' && answer.question === question;
  return {
    view: question === '' ? undefined : answer.view,
    current: current && answer.view !== undefined,
    busy: question !== '' && !current,
    failure: current ? answer.failure : undefined,
  };
}
