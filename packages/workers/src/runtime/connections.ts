import type { Worker } from '@restmapper/endpoints';

/** Connections for everything that needs one only per statement. */
const shared = 10;

/** How many connections the workers of a process need: a worker that runs once holds one while it works. */
export function connectionsOf(workers: readonly Pick<Worker, 'once' | 'concurrency'>[]): number {
  const held = workers.map(({ once, concurrency }) => (once ? concurrency : 0));
  return held.reduce((sum, count) => sum + count, shared);
}
