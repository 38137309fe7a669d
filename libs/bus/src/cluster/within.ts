/** Rejects when `promise` does not settle within `ms`. Leaves no timer behind. */
export async function within<R>(ms: number, promise: Promise<R>, otherwise: string): Promise<R> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${otherwise} within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
