export type Doing = 'viewing' | 'typing';

/** Who has which conversation open, by socket; a socket looks at one conversation at a time. */
export class PresenceBoard<S> {
  private readonly places = new Map<S, { conversationId: string; doing: Doing }>();

  /** Returns the conversation that the socket left by this, if any. */
  put(socket: S, conversationId: string, doing: Doing): string | undefined {
    const before = this.places.get(socket)?.conversationId;
    this.places.set(socket, { conversationId, doing });
    return before === conversationId ? undefined : before;
  }

  /** Returns the conversation that was left. */
  remove(socket: S): string | undefined {
    const before = this.places.get(socket)?.conversationId;
    this.places.delete(socket);
    return before;
  }

  at(conversationId: string): { socket: S; doing: Doing }[] {
    return [...this.places]
      .filter(([, place]) => place.conversationId === conversationId)
      .map(([socket, { doing }]) => ({ socket, doing }));
  }
}
