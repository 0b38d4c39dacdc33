import { once } from 'node:events';
import { WebSocket } from 'ws';
import { use } from '../../../../test/support/use.ts';
import type { TestSystem } from './open-test-system.ts';

/** A client that watches the live feeds all the time. */
export interface Watcher {
  /** The `n` of each message of the common feed, in the order of arrival. */
  readonly seen: number[];
  /** Gaps, farewells and refusals. */
  readonly trouble: string[];
  /** How often the other feed was reported as removed. */
  readonly ends: string[];
  readonly isOpen: boolean;
}

/** Watches the common feed, and the other one while it exists. */
export async function openWatcher({ url, models }: TestSystem): Promise<Watcher> {
  const [kept, extra] = models.a.feeds.map(({ name }) => name);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/v1/`, 'liveupdate.v1.json');
  const [seen, trouble, ends] = [[] as number[], [] as string[], [] as string[]];
  let ready = (): void => {};
  const isReady = new Promise<void>((resolve) => (ready = resolve));
  const answered = new Set<number>();
  socket.on('message', (text: Buffer) => {
    const { t, f, d, id, feed, code } = JSON.parse(text.toString()) as Record<string, unknown>;
    if (t === 'm' && f === kept) seen.push((d as { n: number }).n);
    else if (t === 'end') ends.push(String(f));
    else if (t === 'gap' || t === 'bye' || t === 'err') trouble.push(`${t} ${String(f ?? code)}`);
    else if (t === 'ok' && feed !== undefined) answered.add(Number(id));
    if (answered.size === 2) ready();
  });
  socket.on('close', (code) => trouble.push(`closed ${code}`));
  socket.on('error', (error) => trouble.push(error.message));
  use(socket, () => socket.terminate());
  await once(socket, 'open');
  for (const [id, feed] of [kept, extra].entries()) socket.send(JSON.stringify({ t: 'sub', id, feed }));
  await isReady;
  return {
    seen,
    trouble,
    ends,
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
  };
}

/** A client that offers no subprotocol: it gets the data of every feed. */
export async function openPlainWatcher({ url }: TestSystem): Promise<Watcher> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/v1/`);
  const [seen, trouble] = [[] as number[], [] as string[]];
  socket.on('message', (text: Buffer) => {
    const { n } = JSON.parse(text.toString()) as { n?: number };
    if (n !== undefined) seen.push(n);
  });
  socket.on('close', (code) => trouble.push(`closed ${code}`));
  socket.on('error', (error) => trouble.push(error.message));
  use(socket, () => socket.terminate());
  await once(socket, 'open');
  return {
    seen,
    trouble,
    ends: [],
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
  };
}
