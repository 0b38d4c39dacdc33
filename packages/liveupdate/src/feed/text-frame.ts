const textAndFinal = 0x81;

/** A server's text message: one final, unmasked frame (RFC 6455, section 5.2). */
export function encodeTextFrame(payload: Uint8Array): Buffer {
  const { length } = payload;
  const headerLength = frameHeaderLength(length);
  const frame = Buffer.allocUnsafeSlow(headerLength + length);
  writeFrameHeader(frame, length);
  frame.set(payload, headerLength);
  return frame;
}

/** The length takes 7 bits, else 126 and 16 bits, else 127 and 64 bits. */
export function frameHeaderLength(payloadLength: number): number {
  if (payloadLength < 126) return 2;
  return payloadLength <= 0xffff ? 4 : 10;
}

/** Writes the header of a text message to the front of its frame. */
export function writeFrameHeader(frame: Buffer, payloadLength: number): void {
  frame[0] = textAndFinal;
  if (payloadLength < 126) {
    frame[1] = payloadLength;
  } else if (payloadLength <= 0xffff) {
    frame[1] = 126;
    frame.writeUInt16BE(payloadLength, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(payloadLength, 6);
  }
}

/** A ping without a payload, which every client answers automatically (RFC 6455, section 5.5.2). */
export const pingFrame = Buffer.from([0x89, 0]);
