import { SetMetadata } from '@nestjs/common';
import type { Permission } from '../auth/permissions.ts';

/** Who may call a route. A handler of the inbox without one is refused. */
export type Access = { public: true } | { needs: Permission };
export const ACCESS = 'seaway:access';

/** No session is asked for. */
export const Public = (): MethodDecorator => SetMetadata(ACCESS, { public: true } satisfies Access);
/** A session whose agent has this permission. */
export const Needs = (permission: Permission): MethodDecorator =>
  SetMetadata(ACCESS, { needs: permission } satisfies Access);
