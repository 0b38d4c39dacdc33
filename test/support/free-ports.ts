import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the range of ephemeral ports, so that a stopped server gets its port back. */
const wholeRange = { first: 20_000, last: 32_000 };

/** Finds free ports of the loopback interface; no port is handed out to two running processes. */
export async function freePorts(count: number, range = wholeRange): Promise<readonly number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = range.first + Math.floor(Math.random() * (range.last - range.first));
    if ((await reserve(port)) && (await isFree(port))) ports.push(port);
  }
  return ports;
}

/**
 * Reserves the port, unless another process has.
 *
 * It takes seconds until the intended server listens. Until then, and until this process ends, the UDP port
 * of the same number, which is otherwise unused, is held.
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
