import { BusError } from '../../contract/errors.ts';
import { declaredQueues, type QueueDepth } from '../../contract/queue-depth.ts';
import type { Topology } from '@restmapper/core';
import type { RecoveringConnection, Session } from '../connection/recovering-connection.ts';
import { accessRefused, Asking, titleOfQueue } from '../connection/asking.ts';
import { asError, within } from '@restmapper/core';

/** How long a result is cached, whatever the number of callers. */
const freshMs = 1000;

/** How long one inspection of all queues may take. */
const lookTimeoutMs = 2000;

/** How long to wait for the first queue that does not answer. */
const patienceMs = 500;

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
    try {
      const session = this.#connection.requireSession();
      const { signal } = session;
      return await within('inspecting the queues', this.#lookOn(session), {
        timeoutMs: lookTimeoutMs,
        signal,
      });
    } catch (cause) {
      throw new BusError('BROKER_UNAVAILABLE', asError(cause).message, { cause });
    }
  }

  /** Leaves out what is missing, hidden from this user, or does not answer. */
  async #lookOn(session: Session): Promise<readonly QueueDepth[]> {
    const { model, signal } = session;
    const hidden = this.#hidden.get(session) ?? new Set();
    this.#hidden.set(session, hidden);
    const asking = new Asking(model, { signal, verb: 'inspect', patienceMs });
    const depths: QueueDepth[] = [];
    const queues = declaredQueues(this.#topology().queues).filter(({ name }) => !hidden.has(name));
    try {
      for (const queue of queues) {
        const refused = await asking.ask(titleOfQueue(queue.name), async (channel) => {
          const { messageCount: messages, consumerCount: consumers } = await channel.checkQueue(queue.name);
          depths.push({ ...queue, messages, consumers });
        });
        // RabbitMQ 4.3 shows a queue only to users with a permission on it.
        if (refused?.code === accessRefused) hidden.add(queue.name);
      }
    } finally {
      void asking.close();
    }
    // Not the array itself: an answer that comes too late is still added to that.
    return [...depths];
  }
}
