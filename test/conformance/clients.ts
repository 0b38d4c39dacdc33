import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type EventSourceClient, openEventSource, type EventSourceOptions } from '../support/event-source.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { target } from './target.ts';

export const protocol = 'liveupdate.v1.json';

/** A frame of the server. */
export type Frame = Readonly<Record<string, unknown>> & { readonly t: string };

/** The payload of the suite: `mark` identifies the messages of one test. */
export interface Sent {
  readonly mark: string;
  readonly n: number;
}

export function newMark(): string {
  return randomUUID();
}

/** Sends text unchanged. */
export async function publishText(body: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(target.messagesUrl, { method: 'POST', headers, body });
  if (!response.ok)
    throw new Error(`${target.messagesUrl} answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}

/** Sends `{"mark":…,"n":0}` and so on, one after another. */
export async function publish(mark: string, count = 1, more: object = {}): Promise<void> {
  for (let n = 0; n < count; n += 1) await publishText(JSON.stringify({ mark, n, ...more }));
}

export interface SocketClient {
  readonly ws: WebSocket;
  /** The received frames, as text. */
  readonly texts: readonly string[];
  readonly frames: readonly Frame[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  send(frame: object): void;
  /** Resolves with the first frame that satisfies the check. */
  frame(check: (frame: Frame) => boolean): Promise<Frame>;
  /** Subscribes to the target's feed; resolves with the server's answer. */
  subscribe(options?: object): Promise<Frame>;
  /** The `n` of the messages with a mark, in order of arrival. */
  numbers(mark: string): readonly number[];
}

export interface SocketOptions {
  readonly protocols?: string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly autoPong?: boolean;
  /** @default it ends with the test */
  readonly outlivesTest?: boolean;
}

/** Connects by WebSocket, with the subprotocol unless told otherwise. */
export async function openSocket({
  protocols = [protocol],
  headers = {},
  autoPong = true,
  outlivesTest = false,
}: SocketOptions = {}): Promise<SocketClient> {
  const url = `${target.url.replace(/^http/, 'ws')}/ws/v1/`;
  const ws = new WebSocket(url, protocols, { headers, autoPong });
  const texts: string[] = [];
  const frames: Frame[] = [];
  let lastId = 0;
  ws.on('message', (data: Buffer) => {
    texts.push(data.toString());
    if (ws.protocol === protocol) frames.push(JSON.parse(data.toString()) as Frame);
  });
  ws.on('error', () => {});
  const closed = once(ws, 'close').then(([code, reason]) => ({ code: Number(code), reason: String(reason) }));
  await once(ws, 'open');
  if (!outlivesTest) use(ws, () => ws.terminate());
  const send = (frame: object): void => ws.send(JSON.stringify(frame));
  const frame = (check: (frame: Frame) => boolean) => until(() => frames.find(check));
  return {
    ws,
    texts,
    frames,
    closed,
    send,
    frame,
    async subscribe(options = {}) {
      lastId += 1;
      const id = lastId;
      send({ t: 'sub', id, feed: target.feed, ...options });
      return frame(({ t, id: answered }) => (t === 'ok' || t === 'err') && answered === id);
    },
    numbers: (mark) =>
      frames
        .filter(({ t }) => t === 'm')
        .map(({ d }) => d as Sent)
        .filter((d) => d.mark === mark)
        .map(({ n }) => n),
  };
}

/** The newest position of the feed, and a new mark: later messages with it belong to the test. */
export async function begin(): Promise<{ readonly mark: string; readonly at: string }> {
  const client = await openSocket();
  const { at } = await client.subscribe();
  client.ws.terminate();
  return { mark: newMark(), at: String(at) };
}

/** Publishes as `publish` does; resolves when the server can deliver all of it. */
export async function publishHeld(mark: string, count: number, more: object = {}): Promise<void> {
  const witness = await openSocket();
  await witness.subscribe({ where: { mark } });
  await publish(mark, count, more);
  await until(() => witness.numbers(mark).length === count);
  witness.ws.terminate();
}

/** Connects to the feed's stream of events. */
export function openEvents(query = '', options: EventSourceOptions = {}): Promise<EventSourceClient> {
  return openEventSource(`${target.url}/sse/v1/${target.feed}${query}`, options);
}

/** The `n` of the events with a mark, in order of arrival. */
export function numbersOf({ events }: EventSourceClient, mark: string): readonly number[] {
  return events
    .filter(({ event }) => event === 'message')
    .map(({ data }) => JSON.parse(data) as Sent)
    .filter((data) => data.mark === mark)
    .map(({ n }) => n);
}

/** 0, 1, … `count` − 1 */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_none, n) => n);
}
