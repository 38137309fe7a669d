import type { AgentConfig } from '#libs/platform';

/**
 * `self`: one's own session and presence. `engines.read`: the state of engines, with what their servers said.
 * `operations`: dead letters, parked keys, unknown deliveries and lag, with the bytes that customers sent.
 */
export type Permission =
  'self' | 'conversations.read' | 'conversations.write' | 'engines.read' | 'operations.read' | 'operations.act';

const AGENT: readonly Permission[] = ['self', 'conversations.read', 'conversations.write'];

const GRANTS: Readonly<Record<AgentConfig['role'], readonly Permission[]>> = {
  agent: AGENT,
  lead: [...AGENT, 'engines.read'],
  admin: [...AGENT, 'engines.read', 'operations.read', 'operations.act'],
};

export const may = (role: AgentConfig['role'], permission: Permission): boolean => GRANTS[role].includes(permission);
