import { frameHeaderLength, writeFrameHeader } from './text-frame.ts';

/** A message of a feed. */
export interface FeedData {
  readonly feed: string;
  readonly offset: number;
  /** The publish time in epoch milliseconds. */
  readonly timestampMs: number;
  /** Valid JSON in UTF-8. */
  readonly data: Buffer;
}

export interface MessageFrame {
  readonly frame: Buffer;
  readonly dataStart: number;
}

/** `{"t":"m","f":"messages","o":1051,"d":…,"ts":1795…}`, and the place of the data in the frame. */
export function encodeMessageFrame({ feed, offset, timestampMs, data }: FeedData): MessageFrame {
  const head = `{"t":"m","f":${JSON.stringify(feed)},"o":${offset},"d":`;
  const tail = `,"ts":${timestampMs}}`;
  const headLength = Buffer.byteLength(head);
  const length = headLength + data.length + tail.length;
  const dataStart = frameHeaderLength(length) + headLength;
  const frame = Buffer.allocUnsafeSlow(frameHeaderLength(length) + length);
  writeFrameHeader(frame, length);
  frame.write(head, frameHeaderLength(length));
  data.copy(frame, dataStart);
  frame.write(tail, dataStart + data.length, 'latin1');
  return { frame, dataStart };
}
