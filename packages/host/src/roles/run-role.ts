import { runService, type ServiceOptions } from '../process/service.ts';
import { openSystem } from './open-system.ts';
import type { Role } from './role.ts';

/** Runs a process of a role until it is asked to stop; resolves with the exit code. @throws ConfigError */
export function runRole(role: Role, options: ServiceOptions): Promise<number> {
  return runService(role, (service) => openSystem(service, role), options);
}
