import { PassThrough } from 'node:stream';
import type { ClientBase } from 'pg';
import { expect } from 'chai';
import { guardMessages } from '../../src/database/message-guard.ts';

function createMessage(bytes: number): Buffer {
  const message = Buffer.alloc(bytes + 5, 'x');
  message.writeUInt32BE(bytes + 4, 1);
  return message;
}

/** A client that reads a stream like `pg`, with the guard. */
function guard(read: (chunk: Buffer) => void, maxBytes = 100): PassThrough {
  const stream = new PassThrough();
  stream.on('data', read);
  guardMessages({ connection: { stream } } as unknown as ClientBase, maxBytes);
  return stream;
}

async function errorOf(stream: PassThrough): Promise<unknown> {
  return await new Promise((resolve) => stream.on('error', resolve));
}

describe('guardMessages', () => {
  it('passes messages on, in any chunks, while none is too long', async () => {
    const chunks: Buffer[] = [];
    const stream = guard((chunk) => chunks.push(chunk));
    const sent = Buffer.concat([createMessage(0), createMessage(100), createMessage(1), createMessage(99)]);

    for (const byte of sent) stream.write(Buffer.of(byte));
    stream.write(sent);
    await new Promise((resolve) => stream.end(resolve));

    expect(Buffer.concat(chunks).equals(Buffer.concat([sent, sent]))).to.equal(true);
  });

  it('ends a connection at the header of a message that is too long', async () => {
    const chunks: Buffer[] = [];
    const stream = guard((chunk) => chunks.push(chunk));
    const failure = errorOf(stream);

    stream.write(createMessage(7));
    stream.write(createMessage(101).subarray(0, 5));

    expect(await failure).to.include({ code: 'ERR_MESSAGE_TOO_LONG' });
    expect(chunks).to.deep.equal([createMessage(7)]);
  });

  it('ends a connection whose reader throws, with the thrown error', async () => {
    const thrown = Object.assign(new Error('Cannot create a string'), { code: 'ERR_STRING_TOO_LONG' });
    const stream = guard(() => {
      throw thrown;
    });
    const failure = errorOf(stream);

    stream.write(createMessage(1));

    expect(await failure).to.equal(thrown);
  });
});
