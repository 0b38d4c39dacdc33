export { openEmbeddedIn } from './process/data-folder.ts';
export { checkModules, checkSchemes } from './reload/find-faults.ts';
export { createLogger } from './process/logger.ts';
export { openSystem } from './roles/open-system.ts';
export type { System } from './roles/open-system.ts';
export { createService } from './process/service.ts';
export type { Service } from './process/service.ts';
export { runRole } from './roles/run-role.ts';
