/** A wait without anything to do, which others can see and end. */
export class Rest {
  readonly #begins: () => void;
  #why: 'pause' | 'room' | undefined;
  #end: () => void = () => {};

  /** `begins`: told of each rest. */
  constructor(begins: () => void) {
    this.#begins = begins;
  }

  /** `pause`: until infrastructure is back; `room`: until a slow call has ended. Undefined while there is none. */
  get why(): 'pause' | 'room' | undefined {
    return this.#why;
  }

  /** Resolves when it is ended, or after `ms`. */
  async begin(why: 'pause' | 'room', ms?: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const ended = new Promise<void>((resolve) => {
      this.#end = resolve;
      if (ms !== undefined) timer = setTimeout(resolve, ms);
    });
    this.#why = why;
    this.#begins();
    await ended;
    clearTimeout(timer);
    this.#why = undefined;
  }

  end(): void {
    this.#end();
  }
}
