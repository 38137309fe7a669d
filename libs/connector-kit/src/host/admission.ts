import type { IncomingMessage } from 'node:http';
import { counter, gauge } from '#libs/platform';

const inFlight = gauge('seaway_webhook_in_flight', 'Requests of providers being worked on');
const refused = counter('seaway_webhook_refused_total', 'Requests of providers asked to come again', ['reason']);

/** Whether this machine takes anything in at all; says no while its disk is nearly full. */
export interface Intake {
  open(): boolean;
  /** Why not. */
  reason(): string | undefined;
}

export interface AdmissionOptions {
  /** Requests at once. Default 512. */
  maxInFlight?: number;
  /** Bytes of their bodies together. Default 64 MiB. */
  maxInFlightBytes?: number;
  /** Bytes of one body. Default 1 MiB. */
  maxBodyBytes?: number;
  intake?: Intake;
}

/** How much may come in at once: refused before a byte of the body is read, so that a flood costs no memory. */
export class Admission {
  readonly maxBodyBytes: number;
  private readonly maxInFlight: number;
  private readonly maxInFlightBytes: number;
  private readonly intake: Intake | undefined;
  private requests = 0;
  private bytes = 0;

  constructor(options: AdmissionOptions = {}) {
    this.maxBodyBytes = options.maxBodyBytes ?? 1_048_576;
    this.maxInFlight = options.maxInFlight ?? 512;
    this.maxInFlightBytes = options.maxInFlightBytes ?? 67_108_864;
    this.intake = options.intake;
  }

  get inFlight(): number {
    return this.requests;
  }

  /** What to call when the request is answered; undefined when it has to come again. */
  enter(request: IncomingMessage): (() => void) | undefined {
    const bytes = this.sizeOf(request);
    const reason = this.reasonAgainst(bytes);
    if (reason !== undefined) {
      refused.inc({ reason });
      return undefined;
    }
    this.count(1, bytes);
    return () => this.count(-1, -bytes);
  }

  private reasonAgainst(bytes: number): string | undefined {
    if (this.intake?.open() === false) return 'intake_closed';
    if (this.requests >= this.maxInFlight) return 'in_flight';
    return this.requests > 0 && this.bytes + bytes > this.maxInFlightBytes ? 'bytes' : undefined;
  }

  private count(requests: number, bytes: number): void {
    this.requests += requests;
    this.bytes += bytes;
    inFlight.set(this.requests);
  }

  /** What is not declared may be as large as allowed. */
  private sizeOf(request: IncomingMessage): number {
    const declared = Number(request.headers['content-length'] ?? Number.NaN);
    if (request.method === 'GET' || request.method === 'HEAD') return 0;
    return Number.isFinite(declared) ? Math.min(declared, this.maxBodyBytes) : this.maxBodyBytes;
  }
}
