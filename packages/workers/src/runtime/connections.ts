import type { Worker } from '@restmapper/endpoints';

/** For everything that takes a connection only for the time of a statement. */
const shared = 10;

/** How many connections the workers of a process need: one that runs once holds one as long as it works. */
export function connectionsOf(workers: readonly Pick<Worker, 'once' | 'concurrency'>[]): number {
  const held = workers.map(({ once, concurrency }) => (once ? concurrency : 0));
  return held.reduce((sum, count) => sum + count, shared);
}
