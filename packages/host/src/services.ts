export { openEmbeddedIn } from './process/data-folder.ts';
export { createLogger } from './process/logger.ts';
export { runRole } from './roles/run-role.ts';
