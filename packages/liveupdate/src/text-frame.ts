const textAndFinal = 0x81;

/** A text message as a server sends it: one final, unmasked frame (RFC 6455, section 5.2). */
export function encodeTextFrame(payload: Uint8Array): Buffer {
  const { length } = payload;
  const header = encodeHeader(length);
  return Buffer.concat([header, payload], header.length + length);
}

/** The length takes 7 bits, else 126 and 16 bits, else 127 and 64 bits. */
function encodeHeader(length: number): Buffer {
  if (length < 126) return Buffer.from([textAndFinal, length]);
  if (length <= 0xffff) return Buffer.from([textAndFinal, 126, length >> 8, length & 0xff]);
  const header = Buffer.from([textAndFinal, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUIntBE(length, 4, 6);
  return header;
}
