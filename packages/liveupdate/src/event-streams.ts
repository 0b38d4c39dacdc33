import type { IncomingMessage, ServerResponse } from 'node:http';
import { ClientSet } from './client-set.ts';
import type { LiveContext } from './context.ts';
import { EventStream } from './event-stream.ts';
import type { LiveFeed } from './live-feed.ts';
import type { Beginning } from './resume.ts';

export interface StreamRequest {
  readonly feed: LiveFeed;
  readonly beginning: Beginning;
}

/** A client that left counts under the WebSocket code for a connection that ended without a word. */
const leftCode = 1006;

/** The clients of this process that read Server-Sent Events; sends them heartbeats until closed. */
export class EventStreams {
  readonly #context: Pick<LiveContext, 'door' | 'limits' | 'metrics'>;
  readonly #clients: ClientSet;

  constructor(context: Pick<LiveContext, 'door' | 'limits' | 'metrics'>) {
    this.#context = context;
    this.#clients = new ClientSet({ beatEveryMs: context.limits.eventHeartbeatMs });
  }

  /** Answers a request that may be answered. */
  add(request: IncomingMessage, response: ServerResponse, want: StreamRequest): void {
    const { door, limits, metrics } = this.#context;
    const address = door.addressOf(request);
    const stream = new EventStream(response, { ...want, limits, metrics });
    this.#clients.add(stream);
    door.enter(address);
    metrics.connected();
    response.once('close', () => {
      this.#clients.delete(stream);
      door.leave(address);
      metrics.closed(stream.closeReason?.code ?? leftCode);
    });
  }

  /** Sends the clients away, spread over up to half the time; cuts what is left at the end of it. */
  close(timeoutMs: number): Promise<void> {
    return this.#clients.close(timeoutMs);
  }
}
