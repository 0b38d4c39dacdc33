import type { FrameForm } from '../feed/entry.ts';

export interface ServerSentEvent {
  /** What the client sends as `Last-Event-ID` when it comes back. */
  readonly id?: string | undefined;
  /** @default a message */
  readonly event?: string;
  /** One JSON value. */
  readonly data: Buffer | string;
}

const lineEnd = /\r\n|\r|\n/;

/**
 * An event as it stands in a `text/event-stream`.
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
  // JSON has line ends only between its tokens, where one is as good as another.
  return Buffer.from(`${head}${String(data).split(lineEnd).join('\ndata: ')}\n\n`);
}

/** Moves a client on without an event that its page would see. */
export function encodeId(position: string): Buffer {
  return Buffer.from(`id: ${position}\n\n`);
}

/** Server-Sent Events: a message is its data, under its position as id. */
export const eventForm: FrameForm = {
  name: 'event',
  message: ({ position, data }) => encodeEvent({ id: position, data }),
  gap: (feed, { from, to, why }) =>
    encodeEvent({ event: 'gap', data: JSON.stringify({ feed, from, to, why }) }),
  position: (_feed, position) => encodeId(position),
};
