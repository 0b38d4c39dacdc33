import type { Part } from '../parts/part.ts';
import type { Opened, Service } from '../process/service.ts';
import type { RoleSpec } from '../process/role.ts';

/** A role: its spec, and how to open a process with it. */
export interface Role extends RoleSpec {
  /**
   * Loads the opener: every command loads the specs, so the opener and its imports are in a separate module.
   */
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
