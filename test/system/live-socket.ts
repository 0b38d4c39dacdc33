import { once } from 'node:events';
import { WebSocket } from 'ws';
import { use } from '../support/use.ts';

/** A WebSocket that records the messages it receives, as text. */
export interface LiveSocket {
  readonly received: string[];
  readonly socket: WebSocket;
}

/** Connects to `/ws/v1/`; resolves when the connection is open. */
export async function openLiveSocket(url: string): Promise<LiveSocket> {
  const received: string[] = [];
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/v1/`);
  socket.on('message', (data: Buffer) => received.push(data.toString('utf8')));
  socket.on('error', () => {});
  use(socket, () => socket.terminate());
  await once(socket, 'open');
  return { received, socket };
}
