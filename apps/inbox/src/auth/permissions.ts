import type { AgentConfig } from '#libs/platform';

/** `self`: one's own session and presence. `operations.read`: the state of engines, with what their servers said. */
export type Permission = 'self' | 'conversations.read' | 'conversations.write' | 'operations.read';

const AGENT: readonly Permission[] = ['self', 'conversations.read', 'conversations.write'];

const GRANTS: Readonly<Record<AgentConfig['role'], readonly Permission[]>> = {
  agent: AGENT,
  lead: [...AGENT, 'operations.read'],
  admin: [...AGENT, 'operations.read'],
};

export const may = (role: AgentConfig['role'], permission: Permission): boolean => GRANTS[role].includes(permission);
