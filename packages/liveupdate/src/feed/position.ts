/**
 * The identity of a feed's stream, proven by one of its messages: the offset of that message, and a
 * tag made from it. Two processes that read the same stream accept each other's epochs.
 */
export interface Epoch {
  readonly anchor: number;
  /** Eight hexadecimal digits; `0` while the stream has no message. */
  readonly tag: string;
}

/** Where a client stands in a feed: it has had everything up to and including the offset. */
export interface Position {
  readonly epoch: Epoch;
  /** -1: before the first message. */
  readonly offset: number;
}

/** The epoch of a stream without messages; whatever comes follows its position `0.0:-1`. */
export const emptyEpoch: Epoch = { anchor: 0, tag: '0' };

const pattern = /^(\d{1,15})\.([0-9a-f]{8}|0):(-1|\d{1,15})$/;

/** `1024.5be0c3a9:1041`: epoch and offset. Clients treat it as opaque. */
export function formatPosition({ anchor, tag }: Epoch, offset: number): string {
  return `${anchor}.${tag}:${offset}`;
}

/** Reads what a client gives back; `undefined` when no server wrote it. */
export function parsePosition(text: string): Position | undefined {
  const [, anchor, tag, offset] = pattern.exec(text) ?? [];
  if (anchor === undefined || tag === undefined || offset === undefined) return undefined;
  return { epoch: { anchor: Number(anchor), tag }, offset: Number(offset) };
}
