import { rawMember } from './raw-member.ts';
import type { MessageFrame } from './server-frame.ts';

/** A message of a feed. */
export interface LiveMessage {
  readonly feed: string;
  /** Its number in the feed; numbers may have holes, which are no loss. */
  readonly offset: number;
  /** Where to resume once this message is processed. */
  readonly position: string;
  readonly data: unknown;
  /** The text of `data` as it was published: exact where `data` is rounded, as in 12345678901234567890. */
  readonly raw: string;
  /** When it was published, in epoch milliseconds. */
  readonly sentAt: number;
}

/** Messages that this client does not get: read what they did from the API. */
export interface LiveGap {
  readonly feed: string;
  /** The first offset that is missing. */
  readonly from: number;
  /** The last offset that is missing. */
  readonly to: number;
  /**
   * `evicted`: too old, or too many, to be sent again; `slow`: the client fell behind; `broker`: the broker
   * dropped them; `epoch`: the feed was recreated; `overflow`: the reader of the subscription fell behind.
   */
  readonly why: string;
}

/** Makes a message of a frame and the text that it came in. */
export function createMessage(frame: MessageFrame, text: string, position: string): LiveMessage {
  return {
    feed: frame.f,
    offset: frame.o,
    position,
    data: frame.d,
    sentAt: frame.ts,
    /** Found when it is asked for: few ask. */
    get raw() {
      return rawMember(text, 'd') ?? 'null';
    },
  };
}
