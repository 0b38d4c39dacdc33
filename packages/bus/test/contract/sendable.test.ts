import { expect } from 'chai';
import type { Message } from '../../src/contract/message.ts';
import { assertSendable } from '../../src/contract/sendable.ts';
import { createMessage, within } from './fixtures.ts';

const send =
  (part: Partial<Message>, exchange = '/messages/:POST') =>
  () =>
    assertSendable(exchange, { ...createMessage(), ...part }, within());

describe('what can be sent', () => {
  it('includes names of 255 bytes, unicode, and any finite number', () => {
    const longest = 'x'.repeat(255);

    expect(
      send({ messageId: longest, type: longest, headers: { [longest]: 'größer 👩‍🚀', n: -0.5 } }, longest),
    ).to.not.throw();
  });

  it('includes headers up to 48 KiB, and a body up to 16 MiB', () => {
    expect(send({ headers: { a: 'x'.repeat(48 * 1024 - 1) } })).to.not.throw();
    expect(send({ body: Buffer.alloc(16 * 1024 * 1024) })).to.not.throw();
  });

  it('excludes values that are one byte larger', () => {
    expect(send({ headers: { a: 'x'.repeat(48 * 1024) } })).to.throw(TypeError, '49152 bytes');
    expect(send({ body: Buffer.alloc(16 * 1024 * 1024 + 1) })).to.throw(TypeError, '16777216');
    expect(send({ messageId: 'x'.repeat(256) })).to.throw(TypeError, 'messageId');
  });

  it('counts bytes, not characters', () => {
    expect(send({}, 'ä'.repeat(128))).to.throw(TypeError, 'exchange has over 255 bytes');
  });

  for (const name of [
    'CC',
    'Bcc',
    'x-death',
    'X-Deadline',
    'x-attempt',
    'x-dead-reason',
    'x-first-death-queue',
    'x-stream-offset',
  ]) {
    it(`excludes the header ${name}`, () => {
      expect(send({ headers: { [name]: 'x' } })).to.throw(TypeError, name);
    });
  }

  for (const [what, value] of Object.entries({
    nothing: undefined,
    null: null,
    'a boolean': true,
    'an object': {},
    'an array': ['x'],
    'a bigint': 1n,
    'not a number': Number.NaN,
  })) {
    it(`excludes a header that is ${what}`, () => {
      // Callers may be plain JavaScript.
      const headers = { a: value } as Message['headers'];

      expect(send({ headers })).to.throw(TypeError, 'the header a');
    });
  }

  for (const timestampMs of [-1, 0.5, Number.POSITIVE_INFINITY]) {
    it(`excludes the timestamp ${timestampMs}`, () => {
      expect(send({ timestampMs })).to.throw(TypeError, 'timestampMs');
    });
  }
});
