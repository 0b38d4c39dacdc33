import type { Duplex } from 'node:stream';
import type { ClientBase } from 'pg';

/** The longest message, such as a row, that is accepted from PostgreSQL. */
export const maxMessageBytes = 128 * 1024 * 1024;

/** A byte with the message's kind, and its length without that byte. */
const headerBytes = 5;

/**
 * Makes a read error end the connection, not the process.
 *
 * `pg` converts each value to a string as it arrives, outside of any `try`; at half a gigabyte this throws,
 * after everything was buffered. So a message that is too long is refused by its header, and any other error
 * of the reader fails the running query.
 */
export function guardMessages(client: ClientBase, maxBytes: number = maxMessageBytes): void {
  const stream = streamOf(client);
  const readers = stream.listeners('data');
  const lengths = new MessageLengths(maxBytes);
  stream.removeAllListeners('data');
  stream.on('data', (chunk: Buffer) => {
    try {
      lengths.read(chunk);
      for (const reader of readers) Reflect.apply(reader, stream, [chunk]);
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** Exists in `pg`, but not in its types. */
function streamOf(client: ClientBase): Duplex {
  const { connection } = client as unknown as { readonly connection: { readonly stream: Duplex } };
  return connection.stream;
}

/** Tracks message lengths across chunks. */
class MessageLengths {
  readonly #maxBytes: number;
  readonly #header = Buffer.alloc(headerBytes);
  #headerLength = 0;
  /** The remaining bytes of the current message. */
  #left = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @throws Error ERR_MESSAGE_TOO_LONG */
  read(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - at);
        this.#left -= taken;
        at += taken;
      } else {
        at = this.#readHeader(chunk, at);
      }
    }
  }

  #readHeader(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#header, this.#headerLength, at);
    this.#headerLength += taken;
    if (this.#headerLength < headerBytes) return at + taken;
    this.#headerLength = 0;
    this.#left = this.#header.readUInt32BE(1) - 4;
    if (this.#left > this.#maxBytes) throw tooLong(this.#left, this.#maxBytes);
    return at + taken;
  }
}

function tooLong(bytes: number, maxBytes: number): Error {
  const message = `PostgreSQL returned a row of ${bytes} bytes; the maximum is ${maxBytes}`;
  return Object.assign(new Error(message), { code: 'ERR_MESSAGE_TOO_LONG' });
}
