import type { Channel, Replies } from 'amqplib';
import { BusError } from '../../contract/errors.ts';
import { declaredQueues, type NamedQueue, type QueueDepth } from '../../contract/queue-depth.ts';
import type { Topology } from '@restmapper/core';
import type { RecoveringConnection, Session } from '../connection/recovering-connection.ts';
import { openOwnChannel } from '../connection/own-channel.ts';
import { asError, within } from '@restmapper/core';

/** How long a result is cached, whatever the number of callers. */
const freshMs = 1000;

/** How long one inspection of all queues may take. */
const lookTimeoutMs = 2000;

export interface QueueInspectorOptions {
  readonly topology: () => Topology;
  /** A connection that is never blocked. */
  readonly connection: RecoveringConnection;
}

/** Queries the depth of a topology's queues, on its own channel. */
export class QueueInspector {
  readonly #topology: () => Topology;
  readonly #connection: RecoveringConnection;
  /** Queues that the connection's user may not see. */
  readonly #hidden = new WeakMap<Session, Set<string>>();
  #look: Promise<readonly QueueDepth[]> | undefined;
  #staleAtMs = 0;

  constructor({ topology, connection }: QueueInspectorOptions) {
    this.#topology = topology;
    this.#connection = connection;
  }

  inspect(): Promise<readonly QueueDepth[]> {
    if (this.#look && performance.now() < this.#staleAtMs) return this.#look;
    this.#staleAtMs = Number.POSITIVE_INFINITY;
    this.#look = this.#lookAtAll().finally(() => {
      this.#staleAtMs = performance.now() + freshMs;
    });
    return this.#look;
  }

  async #lookAtAll(): Promise<readonly QueueDepth[]> {
    const session = this.#connection.requireSession();
    const hidden = this.#hidden.get(session) ?? new Set();
    this.#hidden.set(session, hidden);
    const look: Look = {
      session,
      hidden,
      left: declaredQueues(this.#topology().queues).filter(({ name }) => !hidden.has(name)),
      depths: [],
      endMs: performance.now() + lookTimeoutMs,
    };
    try {
      while (look.left.length > 0) await lookUntilMissing(look);
      return look.depths;
    } catch (cause) {
      throw new BusError('BROKER_UNAVAILABLE', asError(cause).message, { cause });
    }
  }
}

interface Look {
  readonly session: Session;
  readonly hidden: Set<string>;
  readonly left: NamedQueue[];
  readonly depths: QueueDepth[];
  readonly endMs: number;
}

/** Counts the queues in sequence; one that is missing, or hidden from this user, costs the channel. */
async function lookUntilMissing({ session, hidden, left, depths, endMs }: Look): Promise<void> {
  const limits = (): { timeoutMs: number; signal: AbortSignal } => ({
    timeoutMs: Math.max(0, endMs - performance.now()),
    signal: session.signal,
  });
  const opening = openOwnChannel(session.model);
  try {
    const channel = await within('opening a channel', opening, limits());
    for (let queue = left.shift(); queue; queue = left.shift()) {
      const counted = await within('counting messages', count(channel, queue.name), limits());
      if (counted === 'hidden') hidden.add(queue.name);
      if (typeof counted === 'string') return;
      depths.push({ ...queue, messages: counted.messageCount, consumers: counted.consumerCount });
    }
  } finally {
    // Even if it opens too late; the broker has closed it itself if a queue was missing.
    void opening.then((channel) => channel.close()).catch(() => {});
  }
}

/** RabbitMQ 4.3 shows a queue only to users with a permission on it. */
async function count(channel: Channel, queue: string): Promise<Replies.AssertQueue | 'missing' | 'hidden'> {
  try {
    return await channel.checkQueue(queue);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 404) return 'missing';
    if (code === 403) return 'hidden';
    throw error;
  }
}
