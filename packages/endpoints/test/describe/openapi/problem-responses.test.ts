import { expect } from 'chai';
import { type JsonObject, openApiOf } from '../../../src/index.ts';
import { valueAt } from '../../emitted.ts';
import { parse } from '../../parse.ts';

const document = openApiOf(
  parse(`endpoints:
  GET /open: { rpc: true, public: true }
  POST /orders/{id}:
    rpc: true
    body: true
    params: { properties: { id: { type: integer } } }
    idempotency: true
    scopes: [write]
    rateLimit: { requests: 1 }
  POST /events: { fanout: true, body: true, auth: service }
workers:
  order: { on: 'POST /orders/{id}', use: ./order.ts, whenAway: fail }
auth:
  default: keys
  schemes:
    keys: { apiKey: { clientsFile: c } }
    service: { forward: { url: "http://s/", headers: [cookie], subject: x-user } }
`),
  { version: '1' },
);

/** The codes of each status of an operation, as its descriptions list them. */
function codesOf(path: string, method: string): Record<string, readonly string[]> {
  const responses = valueAt(
    document,
    `/paths/${path.replaceAll('/', '~1')}/${method}/responses`,
  ) as JsonObject;
  const problems = Object.entries(responses).filter(([status]) => status !== '200');
  return Object.fromEntries(
    problems.map(([status, response]) => {
      const { $ref } = response as { $ref: string };
      const { description } = valueAt(document, $ref) as { description: string };
      return [status, [...description.matchAll(/`([A-Z_]+)`: /g)].map(([, code = '']) => code)];
    }),
  );
}

describe('the problems of an operation', () => {
  it('are those that its calls can end in, by status', () => {
    expect(codesOf('/open', 'get')).to.deep.equal({
      400: ['MALFORMED_REQUEST'],
      422: ['INVALID_BODY', 'INVALID_QUERY'],
      429: ['TOO_MANY_CONNECTIONS'],
      500: ['INTERNAL', 'WORKER_ERROR', 'REPLY_TOO_LARGE'],
      502: ['UNANSWERED', 'BAD_REPLY'],
      503: [
        'OVERLOADED',
        'BROKER_UNAVAILABLE',
        'BROKER_BLOCKED',
        'BROKER_REFUSED',
        'NOT_DECLARED',
        'UNROUTABLE',
        'NO_WORKER',
      ],
      504: ['PUBLISH_TIMEOUT', 'RPC_TIMEOUT'],
      default: ['REQUEST_TIMEOUT', 'HEADERS_TOO_LARGE', 'FORBIDDEN_ORIGIN', 'FOREIGN_HOST'],
    });
  });

  it("include those of an endpoint's own requirements", () => {
    const codes = codesOf('/orders/{id}', 'post');

    expect(codes).to.deep.include({
      400: ['MALFORMED_REQUEST', 'INVALID_JSON'],
      401: ['UNAUTHENTICATED'],
      403: ['INSUFFICIENT_SCOPE'],
      409: ['IDEMPOTENCY_IN_FLIGHT'],
      413: ['BODY_TOO_LARGE'],
      415: ['UNSUPPORTED_MEDIA_TYPE'],
      422: ['INVALID_BODY', 'INVALID_QUERY', 'INVALID_PARAMS', 'IDEMPOTENCY_KEY_REUSED'],
      429: ['RATE_LIMITED', 'TOO_MANY_CONNECTIONS'],
    });
    expect(codes['503']).to.include('AUTH_UNAVAILABLE').and.to.include('DATABASE_AWAY');
  });

  it('include those of an auth service', () => {
    expect(codesOf('/events', 'post')).to.deep.include({
      403: ['FORBIDDEN'],
      429: ['RATE_LIMITED', 'TOO_MANY_CONNECTIONS'],
      504: ['PUBLISH_TIMEOUT'],
    });
  });

  it('say when to retry where the answer has a header for it', () => {
    const headersOf = (name: string) => valueAt(document, `/components/responses/${name}/headers`);

    expect(headersOf('RpcProblem503')).to.have.property('retry-after');
    expect(headersOf('RpcProblem422')).to.not.have.property('retry-after');
  });

  it('are not described for a kind of endpoint that the file lacks', () => {
    const { components } = openApiOf(parse('endpoints:\n  GET /a: { rpc: true }\n'), { version: '1' });

    const { schemas, responses, parameters } = components as Record<string, JsonObject>;
    expect(schemas).to.have.all.keys('Problem', 'RpcProblem');
    expect(Object.keys(responses ?? {}).filter((name) => !name.startsWith('RpcProblem'))).to.deep.equal([]);
    expect(parameters).to.deep.equal({});
  });
});
