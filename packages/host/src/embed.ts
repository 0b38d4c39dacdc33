/** What a program imports that runs a system in its own process, as `restmapper/embed`. */
export { BusError } from '@restmapper/bus/errors';
export type { BusErrorCode } from '@restmapper/bus/errors';
export { ConfigError } from '@restmapper/core';
export type { FileProblem, Log, TextPlace, ValuePlace } from '@restmapper/core';
export { DatabaseError } from '@restmapper/workers/worker';
export { openRestmapper } from './embed/open-restmapper.ts';
export type { Restmapper, RestmapperOptions } from './embed/open-restmapper.ts';
