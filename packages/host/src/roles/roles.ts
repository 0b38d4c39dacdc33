import type { RoleName } from '../process/role.ts';
import { live } from './live.ts';
import type { Role } from './role.ts';
import { serve } from './serve.ts';
import { start } from './start.ts';
import { work } from './work.ts';

/** Every role, in the order in which help and documentation list them. */
export const roles: Readonly<Record<RoleName, Role>> = { start, serve, live, work };
