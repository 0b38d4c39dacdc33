import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const program = `require('node:net').createServer().listen({ host: process.argv[1], port: Number(process.argv[2]), backlog: 1 }, () => console.log('listening'))`;

/** Longer than it takes to connect over the loopback interface. */
const connectMs = 200;

export interface SilentListener {
  close(): Promise<void>;
}

/** Makes an address behave like an unreachable machine: it neither accepts nor refuses connections. */
export async function openSilentListener(host: string, port: number): Promise<SilentListener> {
  const child = spawn(process.execPath, ['-e', program, host, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGSTOP');
  const sockets: Socket[] = [];
  // The kernel accepts connections until the listen backlog is full.
  while (await connects()) {}
  return {
    async close() {
      for (const socket of sockets) socket.destroy();
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };

  async function connects(): Promise<boolean> {
    const socket = connect({ host, port });
    socket.on('error', () => {});
    sockets.push(socket);
    const waiting = new AbortController();
    const connected = once(socket, 'connect', waiting).then(
      () => true,
      () => false,
    );
    const isConnected = await Promise.race([connected, sleep(connectMs, false)]);
    waiting.abort();
    return isConnected;
  }
}
