/** What the module of a worker imports. */
export * from '@restmapper/workers/worker';
