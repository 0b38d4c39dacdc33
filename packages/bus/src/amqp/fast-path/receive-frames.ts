import { DeliveryFrames } from './delivery-frames.ts';

/** The parts of amqplib's receiver; not its public API. */
interface Receiver {
  /** Received bytes that are not parsed yet. */
  rest: Buffer;
  readonly maxFrameSize: number;
  readonly stream: { read(): Buffer | null };
  recvSinceLastCheck: boolean;
  /** Takes the next frame; `false` if none is complete. */
  recvFrame(): object | false;
}

const frameTypes = { method: 1, header: 2, body: 3 } as const;
const headerBytes = 7;
const frameEnd = 0xce;

/**
 * Makes an amqplib connection parse deliveries and confirms at a third of the cost: directly from the received bytes,
 * without a slice for each frame, each part and the rest.
 *
 * Frames of other kinds, and malformed ones, are left to amqplib; so is everything if its internals are not
 * as expected.
 */
export function receiveFaster(connection: unknown): void {
  if (!isReceiver(connection)) return;
  const read = connection.recvFrame.bind(connection);
  const deliveries = new DeliveryFrames();
  let at = 0;

  const leaveToAmqplib = (): object | false => {
    connection.rest = connection.rest.subarray(at);
    at = 0;
    return read();
  };

  const takeDelivery = (bytes: Buffer, end: number): object | undefined => {
    const channel = bytes.readUInt16BE(at + 1);
    const start = at + headerBytes;
    switch (bytes[at]) {
      case frameTypes.method:
        return deliveries.readMethod(bytes, { channel, start });
      case frameTypes.header: {
        const fields = deliveries.readProperties(bytes, start + 12);
        const size = bytes.readUInt32BE(start + 4) * 0x1_0000_0000 + bytes.readUInt32BE(start + 8);
        return fields && { id: bytes.readUInt16BE(start), channel, size, fields };
      }
      case frameTypes.body:
        return { channel, content: bytes.subarray(start, end) };
      default:
        return undefined;
    }
  };

  connection.recvFrame = () => {
    const bytes = connection.rest;
    if (bytes.length < at + headerBytes) return leaveToAmqplib();
    const size = bytes.readUInt32BE(at + 3);
    const end = at + headerBytes + size;
    const isSound = size <= connection.maxFrameSize && bytes[end] === frameEnd;
    const frame = isSound ? takeDelivery(bytes, end) : undefined;
    if (!frame) return leaveToAmqplib();
    at = end + 1;
    return frame;
  };
}

function isReceiver(connection: unknown): connection is Receiver {
  if (typeof connection !== 'object' || connection === null) return false;
  const { rest, maxFrameSize, recvFrame } = connection as Partial<Receiver>;
  return Buffer.isBuffer(rest) && typeof maxFrameSize === 'number' && typeof recvFrame === 'function';
}
