import { Inject, Injectable } from '@nestjs/common';
import type { Me } from '#libs/contracts';
import type { ShiftConfig } from '#libs/platform';
import { onShift } from '#libs/routing';
import { INBOX, type InboxOptions } from '../options.ts';

const MINUTE_MS = 60_000;

/** Who is on duty. Shifts begin and end on whole minutes, so a minute's answer is worked out once. */
@Injectable()
export class ShiftBoard {
  private minute = -1;
  private known = new Map<readonly ShiftConfig[], Me['shift']>();

  constructor(@Inject(INBOX) private readonly inbox: Pick<InboxOptions, 'clock'>) {}

  of(shifts: readonly ShiftConfig[]): Me['shift'] {
    const now = this.inbox.clock.now();
    const minute = Math.floor(now / MINUTE_MS);
    if (minute !== this.minute) {
      this.minute = minute;
      this.known = new Map();
    }
    const shift = this.known.get(shifts) ?? onShift(shifts, now);
    this.known.set(shifts, shift);
    return shift;
  }
}
