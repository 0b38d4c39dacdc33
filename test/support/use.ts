import { afterEach } from 'mocha';

type Close = () => unknown;

const closers: Close[] = [];

/** Registers a resource of the running test; it is closed after the test, in reverse order of opening. */
export function use<T>(resource: T, close: (resource: T) => unknown): T {
  closers.push(() => close(resource));
  return resource;
}

/** On a busy machine, a broker or a process may take long to stop. */
const closeTimeoutMs = 60_000;

afterEach('close what the test opened', async function () {
  this.timeout(closeTimeoutMs);
  for (let close = closers.pop(); close; close = closers.pop()) await close();
});
