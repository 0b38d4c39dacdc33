import type { Channel, ChannelModel } from 'amqplib';
import { Backoff } from './backoff.ts';
import { Recovering } from './recovering.ts';
import { HandOver } from './reopening.ts';
import type { RecoveringConnection, Session } from './recovering-connection.ts';
import type { Outage } from './outage.ts';
import { asError, within } from '@restmapper/core';
import { methodTimeoutMs } from './method-timeout.ts';

/** One channel, from its opening to its loss. */
export interface OpenChannel<C extends Channel> {
  readonly channel: C;
  /** Aborts when the channel is lost. */
  readonly signal: AbortSignal;
}

export interface KeptChannelOptions<C extends Channel> {
  readonly create: (model: ChannelModel) => Promise<C>;
  /** Prepares each new channel before it is used; may abort the life to have it replaced. */
  readonly setUp?: (channel: C, life: AbortController) => Promise<void>;
  readonly onOpen?: () => void;
  readonly onLost?: (reason: Error) => void;
  /** Notified when the channel cannot be opened although the connection is up, and when it is open again. */
  readonly outage: Outage;
  /** A prerequisite for opening the channel. @default none */
  readonly prerequisite?: Prerequisite | undefined;
}

/** A dependency of a channel. */
export interface Prerequisite {
  /** Why it cannot be used right now; `undefined` if it can. */
  readonly refusal: () => string | undefined;
  /** Resolves when it can be used. @throws the signal's reason if it aborts first. */
  readonly available: (signal: AbortSignal) => Promise<void>;
}

/**
 * Keeps one channel open on a connection.
 *
 * The broker closes a channel when an object that it uses is gone, so the topology is declared again before a
 * second channel is opened on the same connection, unless the first was closed by a `HandOver`. No channel is opened while its prerequisite cannot be
 * used.
 */
export function openRecoveringChannel<C extends Channel>(
  connection: RecoveringConnection,
  { create, setUp, onOpen, onLost, outage, prerequisite }: KeptChannelOptions<C>,
): Recovering<OpenChannel<C>> {
  let used: Session | undefined;
  let isHandedOver = false;
  const open = async (session: Session, life: AbortController): Promise<OpenChannel<C>> => {
    const { signal } = life;
    const limits = { timeoutMs: methodTimeoutMs, signal };
    if (used === session && !isHandedOver) await session.declare();
    used = session;
    await waitFor(prerequisite, outage, signal);
    const opening = create(session.model).then((channel) => attach(channel, life, session));
    const channel = await within('opening a channel', opening, limits);
    if (setUp) await within('setting up a channel', setUp(channel, life), limits);
    return { channel, signal };
  };
  return new Recovering({
    backoff: new Backoff({ baseMs: 50, maxMs: 1000 }),
    async open(life) {
      if (!connection.session) outage.end(); // The connection is missing, not the channel.
      const session = await connection.available(life.signal);
      try {
        return await open(session, life);
      } catch (error) {
        if (!session.signal.aborted) outage.fail(asError(error).message);
        throw error;
      }
    },
    onOpen: () => {
      outage.end();
      onOpen?.();
    },
    onLost: (reason) => {
      isHandedOver = reason instanceof HandOver;
      onLost?.(reason);
    },
  });
}

async function waitFor(
  prerequisite: Prerequisite | undefined,
  outage: Outage,
  signal: AbortSignal,
): Promise<void> {
  const refusal = prerequisite?.refusal();
  if (refusal !== undefined) outage.fail(refusal);
  await prerequisite?.available(signal);
}

function attach<C extends Channel>(channel: C, life: AbortController, session: Session): C {
  let isOpen = true;
  const end = (reason: unknown): void => {
    isOpen = false;
    life.abort(reason);
  };
  channel.on('error', end);
  // Before amqplib's own listener, which fails the outstanding confirms: by then the life must have ended.
  channel.prependListener('close', () => end(session.signal.reason ?? new Error('the channel was closed')));
  const release = (): void => {
    // Closing a channel that the broker has already closed would make it close the whole connection.
    if (isOpen) void channel.close().catch(() => {});
  };
  life.signal.addEventListener('abort', release, { once: true });
  if (life.signal.aborted) release();
  return channel;
}

/** Closes a channel once the broker has received everything sent on it. */
export async function closeChannel<C extends Channel>(recovering: Recovering<OpenChannel<C>>): Promise<void> {
  const { current } = recovering;
  if (current) {
    const closing = current.channel.close();
    await within('closing a channel', closing, { timeoutMs: methodTimeoutMs, signal: current.signal }).catch(
      () => {},
    );
  }
  await recovering.close();
}
