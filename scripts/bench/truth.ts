export interface Faults {
  lost: number;
  doubled: number;
  disordered: number;
}

/** What was said per chat and what the provider got: nothing may be missing, come twice, or overtake. */
export class Truth {
  private readonly chats = new Map<number, { open: Set<number>; last: number }>();
  private doubled = 0;
  private disordered = 0;

  /** Message `n` is on its way to `chat`; numbers rise. */
  said(chat: number, n: number): void {
    const known = this.chats.get(chat);
    if (known === undefined) this.chats.set(chat, { open: new Set([n]), last: 0 });
    else known.open.add(n);
  }

  /** The provider was called for it. */
  got(chat: number, n: number): void {
    const known = this.chats.get(chat);
    if (known === undefined || !known.open.delete(n)) {
      this.doubled += 1;
      return;
    }
    if (n < known.last) this.disordered += 1;
    known.last = Math.max(known.last, n);
  }

  /** What is still open counts as lost: ask when all should have come. */
  faults(): Faults {
    const lost = [...this.chats.values()].reduce((total, { open }) => total + open.size, 0);
    return { lost, doubled: this.doubled, disordered: this.disordered };
  }
}

export const sum = (all: readonly Faults[]): Faults => ({
  lost: all.reduce((total, one) => total + one.lost, 0),
  doubled: all.reduce((total, one) => total + one.doubled, 0),
  disordered: all.reduce((total, one) => total + one.disordered, 0),
});
