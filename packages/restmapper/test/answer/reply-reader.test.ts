import { expect } from 'chai';
import { createReplyReader, type ReplyReader } from '../../src/answer/reply-reader.ts';
import { SchemaCompiler } from '@restmapper/endpoints';
import { catchProblem } from '../support/catch-problem.ts';
import { readEndpoint } from '../support/read-endpoint.ts';

function readerOf(more = ''): ReplyReader {
  return createReplyReader(readEndpoint(`  POST /a: { rpc: true${more} }`), new SchemaCompiler());
}

describe('createReplyReader', () => {
  const read = readerOf();

  it('passes the exact bytes', () => {
    const text = ' {"n":12345678901234567890, "x":1.0, "€":"\u{1f600}\ufeff"}\n';

    expect(read({ body: Buffer.from(text), status: undefined })).to.deep.equal({ status: 200, body: text });
  });

  it("prefers the reply's status to the endpoint's", () => {
    const created = readerOf(', status: 201');

    expect(created({ body: Buffer.from('1'), status: undefined }).status).to.equal(201);
    expect(created({ body: Buffer.from('1'), status: 202 }).status).to.equal(202);
  });

  for (const status of [204, 205, 304]) {
    it(`omits the body at ${status}`, () => {
      for (const text of ['', 'null', '{"a":1}']) {
        expect(read({ body: Buffer.from(text), status })).to.deep.equal({ status, body: undefined });
      }
    });
  }

  for (const [text, status, outcome] of [
    ['{"error":{"code":404,"description":"gone"}}', undefined, [404, 'WORKER_ERROR']],
    ['{"error":{"code":599}}', 200, [599, 'WORKER_ERROR']],
    ['{"error":{"code":200}}', undefined, [500, 'WORKER_ERROR']],
    ['{"error":{"code":404.5}}', undefined, [500, 'WORKER_ERROR']],
    ['{"error":{}}', undefined, [500, 'WORKER_ERROR']],
    ['{"error":"text"}', undefined, [500, 'WORKER_ERROR']],
    ['7', 409, [409, 'WORKER_ERROR']],
    ['{"error":{"code":"NO_FUNDS"}}', 402, [402, 'NO_FUNDS']],
    ['{"error":{"code":"NO_FUNDS"}}', 200, [500, 'NO_FUNDS']],
    ['{"error":{"code":"no funds\\r\\n"}}', 402, [402, 'WORKER_ERROR']],
    ['{"error":{"code":null,"description":{}}}', 204, [500, 'WORKER_ERROR']],
  ] as const) {
    it(`treats ${text} with ${status} as an error when the worker says so`, () => {
      const reply = { body: Buffer.from(text), status, kind: 'error' } as const;
      const { status: answered, code } = catchProblem(() => read(reply));

      expect([answered, code]).to.deep.equal(outcome);
    });
  }

  for (const [text, outcome] of [
    ['{"error":{"code":404,"description":"gone"}}', [404, 'WORKER_ERROR']],
    ['{"error":{"code":500}}', [500, 'WORKER_ERROR']],
    ['{"id":1,"error":{"code":"NO_FUNDS"}}', [500, 'NO_FUNDS']],
  ] as const) {
    it(`treats ${text} as an error from a worker that does not say`, () => {
      const { status, code } = catchProblem(() => read({ body: Buffer.from(text), status: undefined }));

      expect([status, code]).to.deep.equal(outcome);
    });

    it(`passes ${text} when a worker says that it is a value, or sets its status`, () => {
      const body = Buffer.from(text);

      expect(read({ body, status: undefined, kind: 'value' })).to.deep.equal({ status: 200, body: text });
      for (const status of [200, 404, 503]) {
        expect(read({ body, status })).to.deep.equal({ status, body: text });
      }
    });
  }

  it('treats an error without a body as a bad reply, also where a success would have none', () => {
    const reply = { body: Buffer.alloc(0), status: 204, kind: 'error' } as const;

    expect(catchProblem(() => read(reply))).to.include({ status: 502, code: 'BAD_REPLY' });
  });

  it('checks no reply with a status from 400 on against the schema', () => {
    const strict = readerOf(', reply: { type: object, required: [id] }');

    expect(strict({ body: Buffer.from('"gone"'), status: 410 })).to.deep.equal({
      status: 410,
      body: '"gone"',
    });
    expect(catchProblem(() => strict({ body: Buffer.from('"gone"'), status: 399 })).code).to.equal(
      'BAD_REPLY',
    );
  });

  it('checks no body against the schema where none is sent', () => {
    const strict = readerOf(', reply: { type: object }');

    expect(strict({ body: Buffer.from('null'), status: 204 })).to.deep.equal({
      status: 204,
      body: undefined,
    });
  });

  it("passes on the violations in a worker's error, if they are valid", () => {
    const errors = [
      { pointer: '/a', detail: 'is taken', stack: 'secret' },
      1,
      null,
      { pointer: '/b' },
      { pointer: {}, detail: '' },
    ];
    const body = Buffer.from(JSON.stringify({ error: { code: 'TAKEN', errors } }));

    expect(() => read({ body, status: 409, kind: 'error' }))
      .to.throw()
      .with.property('violations')
      .deep.equal([{ pointer: '/a', detail: 'is taken' }]);
    expect(
      catchProblem(() => read({ body: Buffer.from('{"error":{"errors":"x"}}'), status: 409, kind: 'error' })),
    ).to.deep.equal({
      status: 409,
      code: 'WORKER_ERROR',
      pointers: [],
    });
  });

  it("bounds the texts in a worker's error", () => {
    const body = Buffer.from(JSON.stringify({ error: { description: 'x'.repeat(100_000) } }));

    expect(() => read({ body, status: undefined }))
      .to.throw()
      .with.property('message')
      .with.length(1024);
  });

  for (const text of ['{"error":null}', '{"error":"none"}', '{"errors":{"code":404}}', '[{"error":{}}]']) {
    it(`treats ${text} as a success`, () => {
      expect(read({ body: Buffer.from(text), status: undefined }).status).to.equal(200);
    });
  }

  for (const [what, body, status] of [
    ['nothing', Buffer.alloc(0), undefined],
    ['text', Buffer.from('Error: oops'), undefined],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), undefined],
    ['an interim status', Buffer.from('1'), 103],
    ['an invalid status', Buffer.from('1'), 'invalid'],
    ['an invalid status, with an error', Buffer.from('{"error":{"code":404}}'), 'invalid'],
  ] as const) {
    it(`treats ${what} as a bad reply`, () => {
      expect(catchProblem(() => read({ body, status }))).to.include({ status: 502, code: 'BAD_REPLY' });
    });
  }

  it('checks replies against the schema, but not errors', () => {
    const strict = readerOf(', reply: { type: object, required: [id] }');
    const error = Buffer.from('{"error":{"code":404}}');

    expect(strict({ body: Buffer.from('{"id":1}'), status: undefined }).status).to.equal(200);
    expect(catchProblem(() => strict({ body: Buffer.from('{}'), status: undefined })).code).to.equal(
      'BAD_REPLY',
    );
    expect(catchProblem(() => strict({ body: error, status: undefined })).status).to.equal(404);
  });
});
