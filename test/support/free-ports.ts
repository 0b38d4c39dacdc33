import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the range that systems hand out to outgoing connections, so that a stopped server gets its port back. */
const range = { first: 20_000, last: 32_000 };

const given = new Set<number>();

/** Finds ports of the loopback interface on which nothing listens; never gives one twice in a process. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = range.first + Math.floor(Math.random() * (range.last - range.first));
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
