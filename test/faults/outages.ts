import type { Fault } from './nemesis.ts';
import type { FaultServices } from './services.ts';

/** Members of a group are given up after ten seconds without a heartbeat. */
const BEYOND_SESSION_MS = 12_000;
const SHORT_MS = 1500;

/** SIGKILL leaves the broker no time to flush or to say goodbye. It comes back on its port with its data. */
export function brokerRestart(services: FaultServices, signal: 'SIGTERM' | 'SIGKILL', forMs: number): Fault {
  return {
    what: `restart, ${signal}`,
    target: 'broker',
    forMs,
    away: 'broker',
    begin: () => services.stopBroker(signal),
    end: () => services.startBroker(),
  };
}

export function storeRestart(services: FaultServices, forMs: number): Fault {
  return {
    what: 'restart, SIGTERM',
    target: 'store',
    forMs,
    away: 'store',
    begin: () => services.stopStore(),
    end: () => services.startStore(),
  };
}

/** What must have been survived, whatever a seed draws: the broker gone for longer than a session, and both restarted in good order. */
export const certainOutages = (services: FaultServices): Fault[] => [
  brokerRestart(services, 'SIGKILL', BEYOND_SESSION_MS),
  brokerRestart(services, 'SIGTERM', SHORT_MS),
  storeRestart(services, SHORT_MS),
];
