import { altKey, commandKey } from './platform.ts';

const NAMES: Record<string, string> = { Alt: altKey, Mod: commandKey };

export function KeyCaps({ keys }: { keys: string }) {
  return (
    <span dir="ltr" className="inline-flex shrink-0 gap-1">
      {keys.split('+').map((key) => (
        <kbd
          key={key}
          className="min-w-[20px] rounded border border-line-strong bg-s2 px-1 text-center font-sans text-[11px] leading-[18px] text-normal"
        >
          {NAMES[key] ?? key}
        </kbd>
      ))}
    </span>
  );
}
