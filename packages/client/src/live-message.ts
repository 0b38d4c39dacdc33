import { rawMember } from './raw-member.ts';
import type { MessageFrame } from './server-frame.ts';

/** A message of a feed. */
export interface LiveMessage<Data = unknown> {
  /** The feed's name. */
  readonly feed: string;
  /** Its number in the feed; holes between numbers are not losses. */
  readonly offset: number;
  /** The position to resume from once this message is processed. */
  readonly position: string;
  /** Not validated by the client: the server did, against the schema of the endpoint. */
  readonly data: Data;
  /** The text of `data` as published: exact where `data` is rounded, as in 12345678901234567890. */
  readonly raw: string;
  /** The publish time in epoch milliseconds. */
  readonly sentAt: number;
}

/** Messages that this client missed: read their effects from the API. */
export interface LiveGap {
  /** The feed's name. */
  readonly feed: string;
  /** The first missing offset. */
  readonly from: number;
  /** The last missing offset. */
  readonly to: number;
  /**
   * `evicted`: too old, or too many, to be replayed; `slow`: the client fell behind; `broker`: the broker
   * dropped them; `epoch`: the feed was recreated; `overflow`: the reader of the subscription fell behind.
   */
  readonly why: string;
}

/** Creates a message from a frame and its text. */
export function createMessage(frame: MessageFrame, text: string, position: string): LiveMessage {
  return {
    feed: frame.f,
    offset: frame.o,
    position,
    data: frame.d,
    sentAt: frame.ts,
    /** Extracted lazily, since it is rarely used. */
    get raw() {
      return rawMember(text, 'd') ?? 'null';
    },
  };
}
