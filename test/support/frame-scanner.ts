/** Type, channel and size: the header of a frame (AMQP 0-9-1, section 4.2.3). */
const headerBytes = 7;
const endBytes = 1;
/** `AMQP`, which does not start any frame, and four more bytes: the client's protocol header. */
const greeting = { firstByte: 0x41, bytes: 8 };

/** Finds the ends of the frames that one side of an AMQP connection sends. */
export class FrameScanner {
  #header = Buffer.alloc(0);
  /** The remaining bytes of the frame whose header is complete. */
  #left = 0;

  /** The offsets in the data just after each frame that ends in it; continues from earlier calls. */
  ends(data: Buffer): readonly number[] {
    const ends: number[] = [];
    for (let at = 0; at < data.length; ) {
      at += this.#left > 0 ? this.#skip(data.length - at) : this.#readHeader(data.subarray(at));
      if (this.#left === 0 && this.#header.length === 0) ends.push(at);
    }
    return ends;
  }

  #skip(available: number): number {
    const skipped = Math.min(this.#left, available);
    this.#left -= skipped;
    return skipped;
  }

  #readHeader(data: Buffer): number {
    const read = data.subarray(0, headerBytes - this.#header.length);
    this.#header = Buffer.concat([this.#header, read]);
    if (this.#header.length < headerBytes) return read.length;
    const isGreeting = this.#header[0] === greeting.firstByte;
    const bytes = isGreeting ? greeting.bytes : headerBytes + this.#header.readUInt32BE(3) + endBytes;
    this.#left = bytes - headerBytes;
    this.#header = Buffer.alloc(0);
    return read.length;
  }
}
