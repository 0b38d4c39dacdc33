import { expect } from 'chai';
import { problemOf, startGateway } from './support/start-gateway.ts';
import { reply, work } from './support/work.ts';

const form = 'application/x-www-form-urlencoded';
const endpoints = `
  POST /all:
    rpc: true
    maxBody: 12MB
    consumes: [application/json, ${form}, text/csv, image/*]
    body:
      type: [object, string]
      maxLength: 20000000
      required: [n]
      properties: { n: { type: integer }, tags: { type: array, items: { type: integer } }, d: { default: 1 } }
  POST /raw: { rpc: true, raw: true, consumes: [application/json, ${form}, text/plain, image/png], body: { properties: { d: { default: 1 } } } }
  POST /csv: { rpc: true, maxBody: 16MB, consumes: [text/csv], body: { type: string } }`;

type Body = string | Uint8Array<ArrayBuffer>;

async function start() {
  const { bus, call } = await startGateway(endpoints);
  for (const name of ['all', 'raw', 'csv']) await work(bus, `/${name}:POST`, ({ body }) => reply(body));
  const send = (path: string, body: Body, type?: string) =>
    call(path, { method: 'POST', body, ...(type !== undefined && { headers: { 'content-type': type } }) });
  return { send };
}

/** The message, with which the worker replies. */
async function messageOf(answer: Response): Promise<{ readonly data?: unknown; readonly raw?: unknown }> {
  // It is an envelope.
  return (await answer.json()) as object;
}

describe('bodies of other formats', () => {
  it('become an object, a text or base64', async () => {
    const { send } = await start();
    const sent = async (body: Body, type: string): Promise<unknown> =>
      (await send('/all', body, type)).json();

    expect(await sent('{"n":1.0,"d":2}', 'application/merge-patch+json')).to.deep.equal({
      data: { n: 1, d: 2 },
      args: null,
    });
    expect(await sent('n=07&tags=1&tags=2&t=a+b%C3%A9&__proto__=x', `${form}; charset=UTF-8`)).to.deep.equal({
      data: { ...JSON.parse('{"__proto__":"x"}'), n: 7, tags: [1, 2], t: 'a bé', d: 1 },
      args: null,
    });
    expect(await sent('a;"b"\r\n', 'TEXT/CSV')).to.deep.equal({
      data: 'a;"b"\r\n',
      args: null,
      encoding: 'text',
    });
    expect(await sent(new Uint8Array([0xff, 0xef]), 'image/png')).to.deep.equal({
      data: '/+8=',
      args: null,
      encoding: 'base64',
    });
  });

  for (const [title, body, type, status, code] of [
    ['a form with a broken percent-encoding', 'n=%', form, 400, 'MALFORMED_REQUEST'],
    ['a form that does not encode UTF-8', 'n=%ff', form, 400, 'MALFORMED_REQUEST'],
    ['a form that is not UTF-8', new Uint8Array([0x6e, 0x3d, 0xff]), form, 400, 'MALFORMED_REQUEST'],
    ['a form with a repeated number', 'n=1&n=2', form, 422, 'INVALID_BODY'],
    ['a form with a number that is text', 'n=x', form, 422, 'INVALID_BODY'],
    [
      'a form of 1,001 fields',
      Array.from({ length: 1001 }, (_, i) => `a${i}=1`).join('&'),
      form,
      422,
      'INVALID_BODY',
    ],
    ['text that is not UTF-8', new Uint8Array([0xff]), 'text/csv', 400, 'MALFORMED_REQUEST'],
    ['text in another encoding', 'a', 'text/csv; charset=latin1', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a type that is not listed', 'a', 'text/plain', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['an object that violates the schema', '{}', 'application/json', 422, 'INVALID_BODY'],
  ] as const) {
    it(`are refused: ${title}`, async () => {
      const { send } = await start();

      expect(await problemOf(await send('/all', body, type))).to.include({ status, code });
    });
  }

  it('are refused with the types that are accepted', async () => {
    const { send } = await start();

    const refused = [await send('/all', new Uint8Array([1])), await send('/csv', '{}', 'application/json')];

    expect(refused.map(({ status, headers }) => [status, headers.get('accept')])).to.deep.equal([
      [415, `application/json, ${form}, text/csv, image/*`],
      [415, 'text/csv'],
    ]);
  });

  it('carry the body as sent, if the endpoint wants it', async () => {
    const { send } = await start();
    const rawOf = async (body: string, type: string): Promise<unknown> =>
      await messageOf(await send('/raw', body, type)).then(({ raw }) => raw);

    expect(await rawOf('{"d":2}', 'application/json')).to.equal(true);
    expect(await rawOf('a', 'text/plain')).to.equal(true);
    expect(await rawOf('a', 'image/png')).to.equal(true);
    expect(await rawOf('{"d":2}\n', 'application/json')).to.equal('{"d":2}\n');
    expect(await rawOf('{ }', 'application/json')).to.equal('{ }');
    expect(await rawOf('a=%20', form)).to.equal('a=%20');
  });

  it('pass with 10 MB of CSV, and are refused if a message cannot carry them', async () => {
    const { send } = await start();
    const csv = 'name;"count";1234567890\n'.repeat(430_000);

    const passed = await send('/csv', csv, 'text/csv');
    const refused = await send('/csv', '\n'.repeat(9_000_000), 'text/csv');

    expect((await messageOf(passed)).data).to.equal(csv);
    expect(await problemOf(refused)).to.include({ status: 413, code: 'BODY_TOO_LARGE' });
  });
});
