import { Duplex } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { toThreadError } from './thread-error.ts';

type Done = (error?: Error | null) => void;

/** AuthenticationOk and ReadyForQuery: the whole greeting that a client waits for. */
const greeting = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

/** The first byte of a client's Terminate message. */
const terminate = 0x58;

const threadUrl = new URL('./thread.js', import.meta.url);

/** The data passed to a new thread. */
export interface ThreadData {
  /** The cluster's folder, created if missing; without one the cluster is in memory. */
  readonly dataDirectory?: string | undefined;
  /** The folder in which the thread only creates a cluster, before it ends. */
  readonly newCluster?: string;
}

/** Connections to the database of one folder, one at a time: two threads would corrupt it. */
export class ThreadSockets {
  readonly #data: ThreadData;
  #gone: Promise<void> = Promise.resolve();

  constructor(data: ThreadData) {
    this.#data = data;
  }

  /** Creates a connection whose thread starts when the previous one has ended. */
  create(): Duplex {
    const socket = new ThreadSocket(this.#data, this.#gone);
    this.#gone = socket.gone;
    return socket;
  }

  /** Resolves when no thread holds the folder. */
  get gone(): Promise<void> {
    return this.#gone;
  }
}

/**
 * Stands in for the socket between a PostgreSQL client and its server, which runs in a thread.
 *
 * Connecting starts the thread, disconnecting ends it. A database that hangs or crashes is thereby
 * a lost connection like any other, and the next connection recovers.
 */
class ThreadSocket extends Duplex {
  readonly gone: Promise<void>;
  readonly #data: ThreadData;
  readonly #free: Promise<void>;
  #leave: () => void = () => {};
  #thread: Worker | undefined;
  #greeted = false;
  #answered: Done | undefined;

  constructor(data: ThreadData, free: Promise<void>) {
    super();
    this.#data = data;
    this.#free = free;
    const left = new Promise<void>((resolve) => {
      this.#leave = resolve;
    });
    // A connection abandoned before its turn must not let the next one in.
    this.gone = free.then(() => left);
  }

  connect(): this {
    void this.#free.then(() => {
      if (this.destroyed) return this.#leave();
      this.#start();
    });
    return this;
  }

  #start(): void {
    const thread = new Worker(threadUrl, { workerData: this.#data, name: 'embedded-postgres' });
    this.#thread = thread;
    thread.on('message', (response: unknown) => {
      if (response === null) this.emit('connect');
      else if (response instanceof Uint8Array) this.#settle(response);
      // Anything else is Node's own: under `--watch` a thread reports its loaded modules.
    });
    thread.once('error', (thrown: unknown) => this.destroy(toThreadError(thrown)));
    thread.once('exit', () => {
      this.#leave();
      this.destroy();
    });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#send(chunk, done);
  }

  /** One message to the thread for one statement: parse, bind, execute and sync are sent together. */
  override _writev(chunks: { readonly chunk: Buffer }[], done: Done): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  #send(chunk: Buffer, done: Done): void {
    if (!this.#greeted) {
      this.#greeted = true;
      this.push(greeting);
      return done();
    }
    if (chunk[0] === terminate) {
      this.#thread?.postMessage(null);
      return done();
    }
    this.#answered = done;
    this.#thread?.postMessage(chunk);
  }

  #settle(response: Uint8Array): void {
    this.push(Buffer.from(response.buffer, response.byteOffset, response.byteLength));
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.();
  }

  override _read(): void {}

  override _destroy(error: Error | null, done: Done): void {
    if (!this.#thread) {
      this.#leave();
      return done(error);
    }
    // Ends a hanging thread; has no effect on one that has ended.
    void this.#thread.terminate().then(() => done(error));
  }

  /** The remaining methods of a socket have no effect here. */
  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
