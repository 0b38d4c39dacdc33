import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

/** Answers from this size on are sent slice by slice. */
export const sliceBytes = 64 * 1024;

/** A large answer, which its caller takes slice by slice: so it shows whether the caller takes it at all. */
export class AnswerStream extends Readable {
  readonly #body: Buffer;
  #position = 0;

  constructor(body: Buffer) {
    super({ highWaterMark: sliceBytes });
    this.#body = body;
  }

  /** How much of it has been asked for. */
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
 * Cuts a caller that takes less than a slice of its answer in the time that the rate allows for one.
 *
 * An answer that waits behind one of an earlier call is not measured.
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
