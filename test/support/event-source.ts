import { get, type IncomingHttpHeaders } from 'node:http';
import { use } from './use.ts';

/** An event that a page receives from a `text/event-stream`. */
export interface ReceivedEvent {
  readonly event: string;
  readonly data: string;
  /** The id that the client would reconnect with. */
  readonly id: string;
}

/**
 * Parses a `text/event-stream` according to the HTML standard.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class EventStreamParser {
  readonly #onEvent: (event: ReceivedEvent) => void;
  #rest = '';
  #event = '';
  #data: string[] = [];
  #nextId: string;
  /** The `Last-Event-ID` to send on reconnecting. */
  lastEventId: string;
  /** How long to wait before reconnecting. */
  retryMs: number | undefined;
  /** The number of events with an id and nothing else. */
  heartbeats = 0;

  constructor(onEvent: (event: ReceivedEvent) => void, lastEventId = '') {
    this.#onEvent = onEvent;
    this.lastEventId = lastEventId;
    this.#nextId = lastEventId;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#readLine(line);
  }

  #readLine(line: string): void {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
    if (field === 'id') this.#nextId = value;
    if (field === 'retry') this.retryMs = Number(value);
  }

  #dispatch(): void {
    const event = this.#event || 'message';
    const data = this.#data;
    this.lastEventId = this.#nextId;
    this.#event = '';
    this.#data = [];
    if (data.length === 0) this.heartbeats += 1;
    else this.#onEvent({ event, data: data.join('\n'), id: this.lastEventId });
  }
}

export interface EventSourceOptions {
  readonly lastEventId?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default it ends with the test */
  readonly outlivesTest?: boolean;
  /** Called with each event; all events are also kept. */
  readonly onEvent?: (event: ReceivedEvent) => void;
}

/** One connection to a stream of events; it does not reconnect. */
export interface EventSourceClient {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly events: readonly ReceivedEvent[];
  readonly parser: EventStreamParser;
  /** Resolves when the connection has ended. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Connects to a stream of events; resolves with the response head, whatever the status. */
export async function openEventSource(
  url: string,
  { lastEventId, headers = {}, outlivesTest = false, onEvent }: EventSourceOptions = {},
): Promise<EventSourceClient> {
  const events: ReceivedEvent[] = [];
  const parser = new EventStreamParser((event) => {
    events.push(event);
    onEvent?.(event);
  }, lastEventId);
  const sent = {
    accept: 'text/event-stream',
    ...headers,
    ...(lastEventId && { 'last-event-id': lastEventId }),
  };
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: sent, agent: false }, (response) => {
      const { statusCode: status = 0, headers } = response;
      const ended = new Promise<void>((resolve) => response.once('close', resolve));
      response.setEncoding('utf8').on('data', (text: string) => parser.push(text));
      response.on('error', () => {}); // A stream that is closed early.
      resolve({ status, headers, events, parser, ended, close: () => request.destroy() });
    });
    if (!outlivesTest) use(request, (request) => request.destroy());
    request.on('error', reject);
  });
}
