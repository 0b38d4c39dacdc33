import { readFileSync } from 'node:fs';
import { connect, credentials } from 'amqplib';
import type { ChannelModel, SocketOptions } from 'amqplib';
import type { BusStatus } from '../../contract/bus.ts';
import { BusError } from '../../contract/errors.ts';
import { Backoff } from './backoff.ts';
import { readBrokerTls } from './broker-tls.ts';
import { type BrokerAddress, parseBrokerUrl } from './broker-url.ts';
import { Recovering } from './recovering.ts';
import { receiveFaster } from '../fast-path/receive-frames.ts';
import { sendTogether } from '../fast-path/send-together.ts';
import { explainRefusal } from './refusal.ts';
import { within } from '@restmapper/core';

export interface RecoveringConnectionOptions {
  /** Nodes of one cluster; one is chosen at random, then the next. */
  readonly urls: readonly string[];
  /** The connection's name, shown to the broker's operator. */
  readonly name: string;
  readonly heartbeatSeconds: number;
  readonly connectTimeoutMs: number;
  /** Declares the required objects before anything else happens on a new connection. */
  readonly declare: (model: ChannelModel, signal: AbortSignal) => Promise<void>;
}

/** One connection, from its opening to its loss. */
export interface Session {
  readonly model: ChannelModel;
  /** Aborts when the connection is lost. */
  readonly signal: AbortSignal;
  /** Declares the topology again; concurrent callers share one declaration. */
  declare(): Promise<void>;
}

const up: BusStatus = { state: 'up', reason: '' };

/**
 * One connection to the broker, reopened whenever it is lost.
 *
 * The socket is tied to the connection's life, so that neither a hanging handshake nor an unanswered close
 * outlives it.
 */
export class RecoveringConnection {
  readonly #options: RecoveringConnectionOptions;
  readonly #recovering: Recovering<Session>;
  readonly #listeners = new Set<() => void>();
  readonly #urls: string[];
  #host = '';
  #status: BusStatus = { state: 'down', reason: 'not connected yet' };

  constructor(options: RecoveringConnectionOptions) {
    this.#options = options;
    this.#urls = shuffle(options.urls);
    this.#recovering = new Recovering({
      open: (life) => this.#open(life),
      backoff: new Backoff({ baseMs: 100, maxMs: 3000 }),
      onOpen: () => this.#set(up),
      onLost: (reason) =>
        this.#set({ state: 'down', reason: `${this.#host}: ${explainRefusal(reason).message}` }),
    });
  }

  get status(): BusStatus {
    return this.#status;
  }

  get session(): Session | undefined {
    return this.#recovering.current;
  }

  /** The connection. @throws BusError BROKER_UNAVAILABLE if it is lost. */
  requireSession(): Session {
    const { session, status } = this;
    if (!session) throw new BusError('BROKER_UNAVAILABLE', status.reason);
    return session;
  }

  /** The connection, as soon as there is one. @throws the signal's reason if it aborts first. */
  available(signal: AbortSignal): Promise<Session> {
    return this.#recovering.available(signal);
  }

  /** Calls the listener on every change of status. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Disconnects; unsent data of the channels is lost. */
  async close(timeoutMs: number): Promise<void> {
    const { session } = this;
    if (session) {
      const { model, signal } = session;
      await within('closing the connection', model.close(), { timeoutMs, signal }).catch(() => {});
    }
    await this.#recovering.close();
  }

  async #open(life: AbortController): Promise<Session> {
    const { signal } = life;
    const address = parseBrokerUrl(this.#nextUrl());
    this.#host = address.host;
    const timeoutMs = address.timeoutMs ?? this.#options.connectTimeoutMs;
    const { heartbeatSeconds: heartbeat } = this.#options;
    const socketOptions = { ...this.#socketOptions(signal), ...securityOf(address), timeout: timeoutMs };
    const connecting = connect({ heartbeat, ...address.connect }, socketOptions).then((model) =>
      this.#attach(model, life),
    );
    const model = await within('connecting', connecting, { timeoutMs, signal });
    const session = { model, signal, declare: shared(() => this.#options.declare(model, signal)) };
    await session.declare();
    return session;
  }

  /**
   * Adds listeners in the tick in which the connection is created: an error without a listener ends the
   * process.
   */
  #attach(model: ChannelModel, life: AbortController): ChannelModel {
    model.on('error', (error) => life.abort(error));
    model.on('close', (error) => life.abort(error ?? new Error('the broker closed the connection')));
    model.on('blocked', (reason) =>
      this.#set({ state: 'blocked', reason: `the broker is blocked: ${reason}` }),
    );
    model.on('unblocked', () => this.#set(up));
    receiveFaster(model.connection);
    sendTogether(model.connection);
    return model;
  }

  #socketOptions(signal: AbortSignal): SocketOptions & { signal: AbortSignal } {
    return {
      noDelay: true,
      keepAlive: true,
      keepAliveDelay: 10_000,
      clientProperties: { connection_name: this.#options.name },
      signal,
    };
  }

  #nextUrl(): string {
    const url = this.#urls.shift();
    if (url === undefined) throw new Error('no broker URL was given');
    this.#urls.push(url);
    return url;
  }

  #set(status: BusStatus): void {
    this.#status = status;
    for (const listener of this.#listeners) listener();
  }
}

/**
 * The options for TLS and a client certificate; the files are read for each connection, as certificates are
 * renewed.
 */
function securityOf({ isEncrypted, tls, isExternal }: BrokerAddress): SocketOptions {
  return {
    ...(isEncrypted && readBrokerTls(tls, (path) => readFileSync(path, 'utf8'))),
    ...(isExternal && { credentials: credentials.external() }),
  };
}

/** Runs the work; concurrent callers share one promise. */
function shared(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  };
}

function shuffle<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
