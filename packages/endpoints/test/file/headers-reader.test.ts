import { expect } from 'chai';
import { parse, problemsOf } from '../parse.ts';

function withHeaders(headers: string, rest = ''): string {
  return `endpoints:\n  GET /a: { rpc: true, headers: ${headers} }\n${rest}`;
}

const mistakes: Readonly<Record<string, readonly [headers: string, ...problems: string[]]>> = {
  'a header of credentials': [
    '{ properties: { Authorization: { type: string } } }',
    '2:49 `Authorization` carries credentials, which workers do not get; they have `identity`',
  ],
  'a header of proxies': [
    '{ properties: { x-forwarded-for: { type: string } } }',
    '2:49 `x-forwarded-for` is written by proxies, and may come from the caller instead',
  ],
  'a header of framing': [
    '{ properties: { content-length: { type: integer } } }',
    '2:49 `content-length` says how the request is transferred, and ends at the gateway',
  ],
  'a prefix of credentials': [
    '{ properties: { proxy-x: { type: string } } }',
    '2:49 `proxy-x` carries credentials, which workers do not get; they have `identity`',
  ],
  'a name with a space': [
    '{ properties: { "a b": { type: string } } }',
    '2:49 `a b` is not the name of a header',
  ],
  'two names that differ in case': [
    '{ properties: { X-A: { type: string }, x-a: { type: string } } }',
    '2:72 `x-a` is the same header as `X-A`: names of headers have no case',
  ],
  'keywords for other headers': [
    '{ properties: { x-a: { type: string } }, additionalProperties: false }',
    '2:74 `additionalProperties` has no effect: only headers under `properties` are read',
  ],
  'a required header that is not declared': [
    '{ required: [X-A], properties: { x-b: { type: string } } }',
    '2:35 `X-A` is required, but not under `properties`',
  ],
  'another type': ['{ type: array }', '2:41 `headers` is always an object; leave `type` out'],
  'a keyword that judges no text': [
    '{ properties: { x-a: { minimum: 1 } } }',
    '2:56 `x-a` arrives as text, so `minimum` never judges it; add `type: integer`',
  ],
  'headers without `properties`': [
    '{ if-match: { type: string } }',
    '2:35 `if-match` is not a keyword; write `properties:` above it, and indent it further',
  ],
};

describe('the declared headers of an endpoint', () => {
  for (const [title, [headers, ...problems]] of Object.entries(mistakes)) {
    it(`cannot have ${title}`, () => {
      expect(problemsOf(withHeaders(headers))).to.deep.equal(problems);
    });
  }

  it('cannot carry the credentials of a scheme', () => {
    const auth = `auth:
  schemes:
    keys: { apiKey: { header: x-key, clients: { bob: { keys: [${'a'.repeat(64)}] } } } }
    sessions: { forward: { url: "https://auth.example", headers: [cookie, x-session], subject: x-user } }
`;
    const file = withHeaders(
      '{ properties: { x-key: { type: string }, X-Session: { type: string } } }',
      auth,
    );

    expect(problemsOf(file)).to.deep.equal([
      '2:24 `x-session` carries the credentials of `sessions`, which workers do not get; they have `identity`',
      '2:49 `x-key` carries the credentials of `keys`, which workers do not get; they have `identity`',
    ]);
  });

  it('are of type object, with names in lower case wherever they stand', () => {
    const { endpoints } = parse(
      withHeaders(`{
    $ref: '#/$defs/Common', required: [X-A], dependentRequired: { X-A: [X-B] },
    properties: { X-A: { type: string }, X-C: { $ref: '#/properties/X-A' } },
    $defs: { Common: { properties: { X-B: { enum: [Big, Small] } } } } }`),
    );

    expect(endpoints[0]?.headers).to.deep.equal({
      type: 'object',
      $ref: '#/$defs/Common',
      required: ['x-a'],
      dependentRequired: { 'x-a': ['x-b'] },
      properties: { 'x-a': { type: 'string' }, 'x-c': { $ref: '#/properties/x-a' } },
      $defs: { Common: { properties: { 'x-b': { enum: ['Big', 'Small'] } } } },
    });
  });
});
