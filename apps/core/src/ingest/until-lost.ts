import { TransientError } from '#libs/bus';

/** What is nearly done may finish. */
const GRACE_MS = 500;

/**
 * The work, or a rejection soon after its partition was lost: the whole group waits for its slowest member before anybody gets
 * partitions. The work goes on; the partition's next owner gets the same inputs, and they meet at a version of the conversation.
 */
export function untilLost(work: Promise<void>, signal: AbortSignal, graceMs = GRACE_MS): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const lost = (): void => {
      timer = setTimeout(() => reject(new TransientError('the partition was lost before the work was done')), graceMs);
    };
    if (signal.aborted) lost();
    else signal.addEventListener('abort', lost, { once: true });
    void work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', lost);
    });
  });
}
