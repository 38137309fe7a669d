import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.ts';

interface MenuProps {
  trigger: ReactNode;
  children: ReactNode;
  open?: boolean | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
  side?: 'bottom' | 'right';
}

/** The page's one kind of menu. */
export function Menu({ trigger, children, open, onOpenChange, side = 'bottom' }: MenuProps) {
  const { i18n } = useTranslation();
  const control = { ...(open === undefined ? {} : { open }), ...(onOpenChange ? { onOpenChange } : {}) };
  return (
    <DropdownMenu.Root dir={i18n.dir()} modal={false} {...control}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className="appear scroller z-40 max-h-[min(480px,var(--radix-dropdown-menu-content-available-height))] min-w-[220px] rounded-lg border border-line bg-s1 p-1 shadow-pop"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <DropdownMenu.Label className="px-2 pt-2 pb-1 text-meta font-semibold text-weak">{children}</DropdownMenu.Label>
  );
}

interface ItemProps {
  children: ReactNode;
  hint?: ReactNode;
  checked?: boolean;
  disabled?: boolean;
  onSelect: () => void;
}

export function MenuItem({ children, hint, checked, disabled, onSelect }: ItemProps) {
  const look =
    'flex min-h-8 cursor-pointer items-center gap-3 rounded px-2 py-1 text-list text-strong outline-none data-[disabled]:cursor-default data-[disabled]:text-weak data-[highlighted]:bg-s3';
  const body = (
    <>
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {hint !== undefined && <span className="shrink-0 text-meta text-weak">{hint}</span>}
    </>
  );
  if (checked === undefined) {
    return (
      <DropdownMenu.Item className={look} disabled={disabled === true} onSelect={onSelect}>
        {body}
      </DropdownMenu.Item>
    );
  }
  return (
    <DropdownMenu.CheckboxItem
      className={`${look} ${checked ? 'font-semibold text-accent' : ''}`}
      checked={checked}
      onSelect={onSelect}
    >
      {body}
      <DropdownMenu.ItemIndicator>✓</DropdownMenu.ItemIndicator>
    </DropdownMenu.CheckboxItem>
  );
}
