/**
 * Messages that a reader does not get, by their offsets, both included.
 *
 * | why | what happened |
 * |---|---|
 * | `evicted` | on resuming, they were no longer held, or too many to be replayed; from 0 when the position was too old to be told from one of another stream |
 * | `slow` | the reader did not keep up |
 * | `broker` | the broker dropped them before this process read them, or does not let the feed be read for now |
 * | `epoch` | the stream is another one than the reader knew: all its earlier positions are void |
 *
 * With `to` below `from`, as after `epoch` or while a feed cannot be read, it is not known that anything is missing.
 */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly why: GapReason;
}

export type GapReason = (typeof gapReasons)[number];

export const gapReasons = ['evicted', 'slow', 'broker', 'epoch'] as const;
