import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

/** Answers of at least this size are sent in slices. */
export const sliceBytes = 64 * 1024;

/** A large answer sent in slices, which shows whether the caller reads it at all. */
export class AnswerStream extends Readable {
  readonly #body: Buffer;
  #position = 0;

  constructor(body: Buffer) {
    super({ highWaterMark: sliceBytes });
    this.#body = body;
  }

  /** How much of it has been requested. */
  get position(): number {
    return this.#position;
  }

  get length(): number {
    return this.#body.length;
  }

  override _read(): void {
    const slice = this.#body.subarray(this.#position, this.#position + sliceBytes);
    this.#position += slice.length;
    this.push(slice.length > 0 ? slice : null);
  }
}

/**
 * Disconnects a caller that reads less than a slice of its answer in the time that the minimum rate allows
 * for one.
 *
 * An answer that waits behind an earlier one is not measured.
 */
export function holdToRate(stream: AnswerStream, response: ServerResponse, bytesPerSecond: number): void {
  let before = stream.position;
  const timer = setInterval(
    () => {
      const { socket } = response;
      if (socket && stream.position === before) socket.destroy();
      before = stream.position;
    },
    (sliceBytes / bytesPerSecond) * 1000,
  );
  stream.once('close', () => clearInterval(timer));
}
