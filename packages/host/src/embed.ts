/** What a program imports that runs a system in its own process, as `restmapper/embed`. */
export type { Log } from '@restmapper/core';
export { openRestmapper } from './embed/open-restmapper.ts';
export type { Restmapper, RestmapperOptions } from './embed/open-restmapper.ts';
