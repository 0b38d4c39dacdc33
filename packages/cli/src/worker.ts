/** `restmapper/worker`: what a worker's module imports. */
export * from '@restmapper/workers/worker';
