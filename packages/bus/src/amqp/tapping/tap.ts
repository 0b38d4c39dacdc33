import { pause, within } from '@restmapper/core';
import { BusError } from '../../contract/errors.ts';
import type { Message } from '../../contract/message.ts';
import { methodTimeoutMs } from '../connection/method-timeout.ts';
import { RecoveringConnection } from '../connection/recovering-connection.ts';
import { runTapSession } from './tap-session.ts';

/**
 * Whether a tap's reader may have missed messages.
 *
 * `open`: messages flow from now on. `lost`: the connection was lost, and with it the messages until the next `open`.
 * `slow`: the reader was too slow, and the broker dropped the oldest waiting messages.
 */
export type TapNotice =
  | { readonly kind: 'open' }
  | { readonly kind: 'slow' }
  | { readonly kind: 'lost'; readonly reason: string };

export interface TapOptions {
  /** Nodes of one cluster, `amqp://` or `amqps://`. */
  readonly urls: readonly string[];
  readonly exchange: string;
  /** Those of the bindings to the exchange. @default [''] */
  readonly routingKeys?: readonly string[];
  /** The connection's name, shown to the broker's operator. */
  readonly name: string;
  /** The next message waits until this one is done; must not reject. */
  readonly listener: (message: Message) => Promise<void>;
  readonly onNotice: (notice: TapNotice) => void;
  /** Ends the tap. */
  readonly signal: AbortSignal;
  /** How long to wait for the first connection. @default 10000 */
  readonly connectTimeoutMs?: number;
  /** The maximum number of messages that wait on the broker. @default 1000 */
  readonly maxMessages?: number;
}

/** The pause after a lost channel, so that a broker that closes each one is not kept busy. */
const pauseMs = 200;

/**
 * Copies the messages that pass an exchange from now on to a listener, until the signal aborts.
 *
 * The copies wait in a queue of this connection only, of bounded length, which ends with it: neither publishers nor
 * other queues wait for the listener. While it is bound, no message of the exchange is `UNROUTABLE`. The user needs the
 * rights to configure, write and read queues named `restmapper.tail.…`, and to read the exchange.
 * @throws BusError BROKER_UNAVAILABLE if the broker cannot be reached at first, BROKER_REFUSED if the exchange does
 * not exist or the user lacks a right.
 */
export async function runTap(options: TapOptions): Promise<void> {
  const { urls, name, signal, connectTimeoutMs = 10_000 } = options;
  const connection = new RecoveringConnection({
    urls,
    name,
    declare: async () => {},
    heartbeatSeconds: 10,
    connectTimeoutMs: 5_000,
  });
  const unavailable = (): Error => new BusError('BROKER_UNAVAILABLE', connection.status.reason);
  try {
    await within(unavailable, connection.available(signal), { timeoutMs: connectTimeoutMs, signal });
    while (!signal.aborted) await runOnce(connection, options);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await connection.close(methodTimeoutMs);
  }
}

async function runOnce(connection: RecoveringConnection, options: TapOptions): Promise<void> {
  const { exchange, routingKeys = [''], listener, onNotice, signal, maxMessages = 1_000 } = options;
  const session = await connection.available(signal);
  const { message: reason } = await runTapSession(session, signal, {
    exchange,
    routingKeys,
    maxMessages,
    listener,
    onOpen: () => onNotice({ kind: 'open' }),
    onFull: () => onNotice({ kind: 'slow' }),
  });
  if (signal.aborted) return;
  onNotice({ kind: 'lost', reason });
  await pause(pauseMs, signal);
}
