import type { ServerResponse } from 'node:http';
import { type CloseReason, drawRetryMs } from '../clients/close-reason.ts';
import { encodeEvent, encodeId, eventForm } from './event-form.ts';
import { FeedReader } from '../clients/feed-reader.ts';
import type { LiveContext } from '../clients/context.ts';
import type { LiveFeed } from '../clients/live-feed.ts';
import type { Beginning, Resumed } from '../feed/resume.ts';
import type { ClientAuth } from '../clients/client-auth.ts';

export interface EventStreamOptions extends Pick<LiveContext, 'limits' | 'metrics'> {
  readonly feed: LiveFeed;
  readonly beginning: Beginning;
}

const headers = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache',
  // Prevents proxies such as nginx from buffering.
  'x-accel-buffering': 'no',
  connection: 'close',
};

/** The default delay before a client reconnects. */
const retryMs = [1_000, 5_000] as const;

/** Starts an endless answer. */
export function beginEvents(response: ServerResponse): void {
  // The body ends with the connection, so it needs no chunked encoding.
  response.removeHeader('transfer-encoding');
  response.writeHead(200, headers);
}

/** Sends a `bye` with status 200: after any other status an EventSource does not reconnect. */
export function encodeBye(reason: CloseReason, detail = ''): Buffer {
  const { code, text } = reason;
  const comeBackMs = drawRetryMs(reason);
  const why = detail === '' ? text : `${text}: ${detail}`;
  const bye = encodeEvent({ event: 'bye', data: JSON.stringify({ code, retryMs: comeBackMs, why }) });
  return comeBackMs === undefined ? bye : Buffer.concat([Buffer.from(`retry: ${comeBackMs}\n`), bye]);
}

/**
 * One client of a feed over Server-Sent Events.
 *
 * ```text
 * retry: 2713
 * event: ok
 * data: {"feed":"messages","at":"1024.5be0c3a9:1050","recovered":true,"replay":9}
 * ```
 * It starts like this, and continues with messages, `gap` events, heartbeats (only an `id:`) and, before the
 * server closes it, a `bye`.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #options: EventStreamOptions;
  readonly #reader: FeedReader;
  #watcher: ClientAuth | undefined;
  #closeReason: CloseReason | undefined;
  #isFull = false;

  constructor(response: ServerResponse, options: EventStreamOptions) {
    const { feed, beginning, limits, metrics } = options;
    this.#response = response;
    this.#options = options;
    const resumed = feed.resume(beginning);
    this.#reader = new FeedReader(feed, resumed.cursor, {
      connection: this,
      form: eventForm,
      limits,
      metrics,
    });
    response.once('close', () => {
      this.#watcher?.close();
      this.#reader.end();
    });
    beginEvents(response);
    this.#begin(resumed);
  }

  /** From now on, rechecks the client with each heartbeat. */
  watch(watcher: ClientAuth): void {
    this.#watcher = watcher;
  }

  /** The reason, if the server closed it. */
  get closeReason(): CloseReason | undefined {
    return this.#closeReason;
  }

  /** Whether more may be written; if not, the reader is pumped as soon as it may. */
  get hasRoom(): boolean {
    if (!this.#isOpen) return false;
    if (this.#response.writableLength < this.#options.limits.maxSocketBytes) return true;
    if (!this.#isFull) this.#awaitDrain();
    return false;
  }

  write(events: Buffer): void {
    if (this.#isOpen) this.#response.write(events);
  }

  /** Sends new messages, and the client's position after them. */
  beat(): void {
    void this.#watcher?.recheck(); // Never rejects.
    this.#reader.pump();
    if (this.hasRoom) this.write(encodeId(this.#reader.position));
  }

  recheck(): void {
    this.#watcher?.review();
    void this.#watcher?.recheck(); // Never rejects.
  }

  /** Sends the reason and ends; cuts the connection if the client does not read it in time. */
  close(reason: CloseReason, detail = ''): void {
    if (!this.#isOpen) return;
    this.#closeReason = reason;
    this.#reader.end();
    this.#response.end(encodeBye(reason, detail));
    const timer = setTimeout(() => this.terminate(), this.#options.limits.closeTimeoutMs);
    this.#response.once('close', () => clearTimeout(timer));
  }

  terminate(): void {
    this.#response.destroy();
  }

  get #isOpen(): boolean {
    return !this.#closeReason && !this.#response.destroyed;
  }

  #begin({ at, recovered, replay, gap }: Resumed): void {
    const { feed, metrics } = this.#options;
    const [atLeast, atMost] = retryMs;
    const comeBackMs = Math.round(atLeast + Math.random() * (atMost - atLeast));
    const ok = encodeEvent({
      event: 'ok',
      // A client disconnected during the replay resumes from its previous position.
      id: replay === 0 ? at : undefined,
      data: JSON.stringify({ feed: feed.name, at, recovered, replay }),
    });
    const lost = gap && eventForm.gap(feed.name, gap);
    this.write(Buffer.concat([Buffer.from(`retry: ${comeBackMs}\n`), ok, ...(lost ? [lost] : [])]));
    if (gap) metrics.gap(feed.name, gap.why);
    this.#reader.pump();
  }

  #awaitDrain(): void {
    this.#isFull = true;
    this.#response.once('drain', () => {
      this.#isFull = false;
      this.#reader.pump();
    });
  }
}
