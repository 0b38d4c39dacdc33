/**
 * Messages that a reader misses, as a range of offsets, both inclusive.
 *
 * | why | what happened |
 * |---|---|
 * | `evicted` | on resuming, they were no longer held, or too many to be replayed; from 0 if the position was too old to tell whether it is of this stream, and messages of an earlier one may be missing too |
 * | `slow` | the reader did not keep up |
 * | `broker` | the broker dropped them before this process read them, or the feed cannot be read right now |
 * | `epoch` | the stream was replaced: all earlier positions are invalid |
 *
 * With `to` below `from`, as after `epoch` or while a feed cannot be read, no message is known to be missing.
 */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly why: GapReason;
}

export type GapReason = (typeof gapReasons)[number];

export const gapReasons = ['evicted', 'slow', 'broker', 'epoch'] as const;
