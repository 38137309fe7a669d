import { type FormEvent, useId, useState } from 'react';

import { api } from '../api/calls.ts';
import { enter } from './session.ts';
import { useTranslation } from '../i18n/use-translation.ts';

/** The form alone: the first screen and the "log in again" dialog both hold it. */
export function LogInForm({ email: known = '' }: { email?: string }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const id = useId();

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      await enter(await api.logIn(email.trim(), password));
    } catch (error) {
      setFailure((error as Error).message);
      setBusy(false);
    }
  }

  const field = 'mt-1 h-10 w-full rounded-md border border-line-strong bg-s1 px-3 text-body text-strong';
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <label className="text-list font-medium text-normal">
        {t('session.email')}
        <input
          className={field}
          type="email"
          name="email"
          dir="ltr"
          autoComplete="username"
          required
          maxLength={254}
          autoFocus={known === ''}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </label>
      <label className="text-list font-medium text-normal">
        {t('session.password')}
        <input
          className={field}
          type="password"
          name="password"
          dir="ltr"
          autoComplete="current-password"
          required
          maxLength={200}
          autoFocus={known !== ''}
          aria-describedby={failure ? id : undefined}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </label>
      <p id={id} role="alert" className="min-h-5 text-list text-blocked">
        {failure}
      </p>
      <button
        type="submit"
        disabled={busy}
        className="h-10 rounded-md bg-accent text-body font-semibold text-on-accent hover:bg-accent-hover disabled:opacity-70"
      >
        {busy ? t('session.busy') : t('session.logIn')}
      </button>
    </form>
  );
}
