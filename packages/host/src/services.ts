export { openEmbeddedIn } from './process/data-folder.ts';
export { createLogger } from './process/logger.ts';
export { live, serve, start, work } from './roles.ts';
