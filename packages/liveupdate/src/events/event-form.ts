import type { FrameForm } from '../feed/entry.ts';

export interface ServerSentEvent {
  /** Sent by the client as `Last-Event-ID` when it reconnects. */
  readonly id?: string | undefined;
  /** @default a message */
  readonly event?: string;
  /** One JSON value. */
  readonly data: Buffer | string;
}

const lineEnd = /\r\n|\r|\n/;

/**
 * An event of a `text/event-stream`.
 *
 * ```text
 * id: 1024.5be0c3a9:1051
 * data: {"text":"hello"}
 * ```
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function encodeEvent({ id, event, data }: ServerSentEvent): Buffer {
  const head = `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}data: `;
  if (typeof data !== 'string' && !data.includes('\n') && !data.includes('\r')) {
    return Buffer.concat([Buffer.from(head), data, Buffer.from('\n\n')]);
  }
  // JSON has line breaks only between tokens, where they are interchangeable.
  return Buffer.from(`${head}${String(data).split(lineEnd).join('\ndata: ')}\n\n`);
}

/** Advances a client's position without an event for the page. */
export function encodeId(position: string): Buffer {
  return Buffer.from(`id: ${position}\n\n`);
}

/** Server-Sent Events: a message is its data, with its position as id. */
export const eventForm: FrameForm = {
  name: 'event',
  message: ({ position, data }) => encodeEvent({ id: position, data }),
  gap: (feed, { from, to, why }) =>
    encodeEvent({ event: 'gap', data: JSON.stringify({ feed, from, to, why }) }),
  position: (_feed, position) => encodeId(position),
};
