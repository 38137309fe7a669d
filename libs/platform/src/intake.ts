/** Whether this process takes in anything new. Webhooks and the inbox ask before they accept, and answer 503 while it is closed. */
export interface Intake {
  open(): boolean;
  /** Why it is closed, for the log and the answer; undefined while it is open. */
  reason(): string | undefined;
}

/** Closed while any of the reasons holds. */
export function intakeOf(...reasons: readonly (() => string | undefined)[]): Intake {
  const reason = (): string | undefined => {
    for (const one of reasons) {
      const held = one();
      if (held !== undefined) return held;
    }
    return undefined;
  };
  return { open: () => reason() === undefined, reason };
}
