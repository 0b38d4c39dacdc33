/** An event of a `text/event-stream`. */
export interface ReceivedEvent {
  /** `message` if the stream names none; empty if the event has no data and only moves the position. */
  readonly type: string;
  readonly data: string;
  /** The last id so far. */
  readonly id: string;
}

/** The delay before reconnecting that the server asks for, among its events. */
export interface ReceivedRetry {
  readonly retryMs: number;
}

/** The maximum length of an incomplete event. */
const maxLength = 64 * 1024 * 1024;

/**
 * Parses a `text/event-stream` as it arrives.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class EventParser {
  #rest = '';
  #data: string[] = [];
  #type = '';
  #id = '';
  #length = 0;

  /** The events that are complete with this text. @throws Error if one grows beyond 64 MiB. */
  push(text: string): readonly (ReceivedEvent | ReceivedRetry)[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    const events = lines.flatMap((line) => this.#read(line.replace(/\r$/, '')));
    if (this.#length + this.#rest.length > maxLength)
      throw new Error('the server sends an event without an end');
    return events;
  }

  #read(line: string): readonly (ReceivedEvent | ReceivedRetry)[] {
    if (line === '') return this.#end();
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    this.#length += value.length;
    if (name === 'data') this.#data.push(value);
    if (name === 'event') this.#type = value;
    if (name === 'id') this.#id = value;
    return name === 'retry' && /^\d+$/.test(value) ? [{ retryMs: Number(value) }] : [];
  }

  #end(): readonly ReceivedEvent[] {
    const type = this.#data.length === 0 ? '' : this.#type || 'message';
    const event = { type, data: this.#data.join('\n'), id: this.#id };
    this.#data = [];
    this.#type = '';
    this.#length = 0;
    return [event];
  }
}
