import type { ClusterClient, ClusterMember, MemberContext, RecordSender } from '../cluster/cluster-client.ts';
import { isRefusalName } from '../cluster/cluster-errors.ts';
import type { ConsumeOptions } from '../port.ts';
import type { Connecting } from './connecting.ts';
import { PlatformaticAdmin } from './platformatic-admin.ts';
import { protocolNamesOf } from './platformatic-errors.ts';
import { PlatformaticMember } from './platformatic-member.ts';
import { PlatformaticSender } from './platformatic-sender.ts';

/** What the bus asks of @platformatic/kafka. */
export class PlatformaticClient implements ClusterClient {
  readonly admin: PlatformaticAdmin;
  readonly #connecting: Connecting;

  constructor(connecting: Connecting, replicationFactor: number) {
    this.#connecting = connecting;
    this.admin = new PlatformaticAdmin(connecting, replicationFactor);
  }

  async openSender(struggling: (error: Error) => void): Promise<RecordSender> {
    const sender = new PlatformaticSender(this.#connecting, struggling);
    await sender.connect();
    return sender;
  }

  isRefusal(error: unknown): boolean {
    return protocolNamesOf(error).some(isRefusalName);
  }

  member(options: ConsumeOptions<unknown>, context: MemberContext): ClusterMember {
    return new PlatformaticMember(this.#connecting, options, context);
  }
}
