/** Thousands of WebSocket clients in one process, as cheap as possible: they count frames and time some. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientCommand, nowMs, type Reception, type ServerKind } from './protocol.ts';

/** One client in this many reads the time in each message; reading all would cost more than serving them. */
const timedShare = 10;
const connectingAtOnce = 200;

class FrameCounter {
  received = 0;
  isStalled = false;
  readonly socket: Socket;
  readonly #latenciesMs: number[] | undefined;
  #rest: Buffer = Buffer.alloc(0);

  constructor(socket: Socket, latenciesMs: number[] | undefined) {
    this.socket = socket;
    this.#latenciesMs = latenciesMs;
    socket.on('data', (bytes) => this.#read(bytes));
  }

  /** Counts text frames that contain the time of a message; protocol frames contain none. */
  #read(bytes: Buffer): void {
    const data = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    let at = 0;
    for (;;) {
      const frame = frameAt(data, at);
      if (!frame) break;
      const time = data.indexOf('"t":1', frame.start);
      if (time >= frame.start && time < frame.end) this.#count(data, time);
      at = frame.end;
    }
    this.#rest = data.subarray(at);
  }

  #count(data: Buffer, time: number): void {
    this.received += 1;
    if (this.#latenciesMs) {
      this.#latenciesMs.push(nowMs() - Number.parseFloat(data.toString('latin1', time + 4, time + 24)));
    }
  }
}

function frameAt(data: Buffer, at: number): { readonly start: number; readonly end: number } | undefined {
  if (data.length < at + 2) return undefined;
  let length = data.readUInt8(at + 1) & 0x7f;
  let start = at + 2;
  if (length === 126) {
    if (data.length < at + 4) return undefined;
    length = data.readUInt16BE(at + 2);
    start = at + 4;
  }
  const end = start + length;
  return end <= data.length ? { start, end } : undefined;
}

/** What a client sends first, and how it subscribes once the server has greeted it. */
const handshakes: Record<
  ServerKind,
  { readonly path: string; readonly header: string; readonly ask: string }
> = {
  restmapper: {
    path: '/ws/v1/',
    header: 'sec-websocket-protocol: liveupdate.v1.json\r\n',
    ask: '{"t":"sub","id":1,"feed":"events"}',
  },
  'Socket.IO': { path: '/socket.io/?EIO=4&transport=websocket', header: '', ask: '40' },
  'ws.send': { path: '/', header: '', ask: '' },
};

const counters: FrameCounter[] = [];
const latenciesMs: number[] = [];

async function open(port: number, kind: ServerKind): Promise<void> {
  const { path, header, ask } = handshakes[kind];
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => socket.destroy());
  const key = randomBytes(16).toString('base64');
  socket.write(
    `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
      `sec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n${header}\r\n`,
  );
  await new Promise<void>((resolve, reject) => {
    socket.once('close', () => reject(new Error(`${kind} closed a connection`)));
    socket.once('data', (greeting) => {
      if (!greeting.includes('101 Switching')) reject(new Error(greeting.toString('latin1')));
      if (ask) socket.write(maskedText(ask));
      resolve();
    });
  });
  counters.push(new FrameCounter(socket, counters.length % timedShare === 0 ? latenciesMs : undefined));
}

/** A client's text frame of under 126 bytes, masked with zeros. */
function maskedText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

async function connectAll({ port, kind, clients }: Extract<ClientCommand, { do: 'connect' }>): Promise<void> {
  for (let i = 0; i < clients; i += connectingAtOnce) {
    const some = Math.min(connectingAtOnce, clients - i);
    await Promise.all(Array.from({ length: some }, () => open(port, kind)));
  }
  await sleep(1_000);
}

function stall(clients: number): void {
  for (const counter of counters.slice(-clients)) {
    counter.isStalled = true;
    counter.socket.pause();
  }
}

async function awaitMessages(messages: number, timeoutMs: number): Promise<Reception> {
  const started = performance.now();
  const readers = counters.filter(({ isStalled }) => !isStalled);
  const count = (): number => readers.reduce((sum, { received }) => sum + received, 0);
  const target = messages * readers.length;
  while (count() < target && performance.now() - started < timeoutMs) await sleep(5);
  const received = count();
  const elapsedMs = performance.now() - started;
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  for (const counter of counters) counter.received = 0;
  latenciesMs.length = 0;
  return { received, elapsedMs, p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function run(command: ClientCommand): Promise<object> {
  switch (command.do) {
    case 'connect':
      await connectAll(command);
      return { done: true };
    case 'stall':
      stall(command.clients);
      return { done: true };
    default:
      return awaitMessages(command.messages, command.timeoutMs);
  }
}

process.on('message', (command: ClientCommand) => {
  void run(command).then((report) => process.send?.(report));
});
process.send?.('ready');
