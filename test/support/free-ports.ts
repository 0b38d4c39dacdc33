import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the range that systems hand out to outgoing connections, so that a stopped server gets its port back. */
const wholeRange = { first: 20_000, last: 32_000 };

/** Finds ports of the loopback interface on which nothing listens; gives none to two of all running processes. */
export async function freePorts(count: number, range = wholeRange): Promise<readonly number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = range.first + Math.floor(Math.random() * (range.last - range.first));
    if ((await reserve(port)) && (await isFree(port))) ports.push(port);
  }
  return ports;
}

/**
 * Says whether nobody else was given the port.
 *
 * Seconds pass until what it was asked for listens there. The port of UDP, which nothing here uses, is
 * taken until then, and until this process ends.
 */
async function reserve(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    socket.bind({ port, address: '127.0.0.1', exclusive: true });
    await once(socket, 'listening');
  } catch {
    socket.close();
    return false;
  }
  socket.unref();
  return true;
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
