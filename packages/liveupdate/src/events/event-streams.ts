import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '@restmapper/auth';
import { ClientSet } from '../clients/client-set.ts';
import { closeReasons } from '../clients/close-reason.ts';
import type { LiveContext } from '../clients/context.ts';
import { EventStream } from './event-stream.ts';
import type { Admission } from '../clients/live-feeds.ts';
import type { Beginning } from '../feed/resume.ts';
import { ClientAuth } from '../clients/client-auth.ts';

export interface StreamRequest {
  readonly admission: Admission;
  readonly caller: Caller;
  readonly beginning: Beginning;
}

type StreamContext = Pick<LiveContext, 'authenticator' | 'origins' | 'feeds' | 'door' | 'limits' | 'metrics'>;

/** A client that left is counted under the WebSocket code for an abnormal closure. */
const leftCode = 1006;

/** The Server-Sent Events clients of this process; sends them heartbeats until closed. */
export class EventStreams {
  readonly #context: StreamContext;
  readonly #clients: ClientSet;

  constructor(context: StreamContext) {
    this.#context = context;
    this.#clients = new ClientSet({ beatEveryMs: context.limits.eventHeartbeatMs });
  }

  /** Answers an admitted request. */
  add(request: IncomingMessage, response: ServerResponse, want: StreamRequest): void {
    const { door, limits, metrics } = this.#context;
    const address = door.addressOf(request);
    const { admission, beginning } = want;
    const stream = new EventStream(response, { feed: admission.feed, beginning, limits, metrics });
    stream.watch(this.#watch(stream, request, want));
    this.#clients.add(stream);
    door.add(address);
    metrics.connected();
    response.once('close', () => {
      this.#clients.delete(stream);
      door.remove(address);
      metrics.closed(stream.closeReason?.code ?? leftCode);
    });
  }

  #watch(
    stream: EventStream,
    { headers }: IncomingMessage,
    { admission, caller }: StreamRequest,
  ): ClientAuth {
    const { authenticator, origins, feeds } = this.#context;
    const watcher: ClientAuth = new ClientAuth({
      authenticator,
      schemes: () => feeds.schemesOf(admission.feed.name),
      credentials: caller.principals.length > 0 ? origins.credentialsOf(headers) : {},
      caller,
      onEnd: (reason) => stream.close(reason),
      onReview: () => this.#review(stream, admission, watcher.caller),
    });
    return watcher;
  }

  #review(stream: EventStream, admission: Admission, caller: Caller): void {
    const { feeds } = this.#context;
    const end = feeds.endOf(admission.feed);
    if (end) stream.close(end === 'changed' ? closeReasons.feedChanged : closeReasons.feedRemoved);
    else if (feeds.findForbidden([admission], caller)) stream.close(closeReasons.forbidden);
  }

  /** Checks what every client watches against the model now in force, and ends what it no longer has. */
  recheck(): Promise<void> {
    return this.#clients.recheck();
  }

  /** Disconnects the clients, spread over up to half the time; cuts those left at the end. */
  close(timeoutMs: number): Promise<void> {
    return this.#clients.close(timeoutMs);
  }
}
