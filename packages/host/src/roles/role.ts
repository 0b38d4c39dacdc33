import type { Part } from '../parts/part.ts';
import type { Opened, Service } from '../process/service.ts';
import type { RoleSpec } from '../process/role.ts';

/** One role: what it is there for, and how a process of it is opened. */
export interface Role extends RoleSpec {
  /** Loads what opens it: every command loads the specs, so that and all it imports stands in a module of its own. */
  readonly load: () => Promise<RoleModule>;
}

export interface RoleModule {
  readonly open: OpenRole;
}

/** Opens the parts of a process, each registered with the service's closers. */
export type OpenRole = (service: Service) => Promise<OpenedRole>;

export interface OpenedRole extends Opened {
  /** Everything that switches to the next generation. */
  readonly part: Part;
}
