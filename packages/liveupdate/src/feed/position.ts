/**
 * The identity of a feed's stream, derived from one of its messages: that message's offset and a tag. Two
 * processes that read the same stream accept each other's epochs.
 */
export interface Epoch {
  readonly anchor: number;
  /** Eight hexadecimal digits; `0` for an empty stream. */
  readonly tag: string;
}

/** A client's place in a feed: it has everything up to and including the offset. */
export interface Position {
  readonly epoch: Epoch;
  /** -1: before the first message. */
  readonly offset: number;
}

/** The epoch of an empty stream; every message follows its position `0.0:-1`. */
export const emptyEpoch: Epoch = { anchor: 0, tag: '0' };

const pattern = /^(\d{1,15})\.([0-9a-f]{8}|0):(-1|\d{1,15})$/;

/** `1024.5be0c3a9:1041`: epoch and offset. Clients treat it as opaque. */
export function formatPosition({ anchor, tag }: Epoch, offset: number): string {
  return `${anchor}.${tag}:${offset}`;
}

/** Parses a client's position; `undefined` if malformed. */
export function parsePosition(text: string): Position | undefined {
  const [, anchor, tag, offset] = pattern.exec(text) ?? [];
  if (anchor === undefined || tag === undefined || offset === undefined) return undefined;
  return { epoch: { anchor: Number(anchor), tag }, offset: Number(offset) };
}
