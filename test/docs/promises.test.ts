import { expect } from 'chai';
import { parse, problemsOf } from '../../packages/endpoints/test/parse.ts';
import { allKeys, type Schema } from './file-schema.ts';

const amounts = ['#/definitions/duration', '#/definitions/size'];
const jwt = 'issuer: i, audience: a, algorithms: [RS256], jwks: "http://j/"';
const hash = 'a'.repeat(64);

/** Files with one additional key, by the key's place in the file's schema. */
const files: Readonly<Record<string, (member: string) => string>> = {
  '#/properties/info/properties/title': (member) => `info: { ${member} }\n${endpointWith('fanout: true')}`,
  '#/definitions/endpoint/properties/status': (member) => endpointWith(`fanout: true, ${member}`),
  '#/definitions/endpoint/properties/maxBody': (member) => endpointWith(`fanout: true, ${member}`),
  '#/definitions/endpoint/properties/fanout/properties/timeout': (member) =>
    endpointWith(`fanout: { ${member} }`),
  '#/definitions/endpoint/properties/fanout/properties/expires': (member) =>
    endpointWith(`fanout: { ${member} }`),
  '#/definitions/internal/properties/fanout/properties/expires': (member) =>
    internalWith(`fanout: { ${member} }`),
  '#/definitions/endpoint/properties/rpc/properties/timeout': (member) => endpointWith(`rpc: { ${member} }`),
  '#/definitions/endpoint/properties/publish/properties/format': (member) =>
    endpointWith(`publish: { exchange: e, ${member} }`),
  '#/definitions/endpoint/properties/publish/properties/timeout': (member) =>
    endpointWith(`publish: { exchange: e, ${member} }`),
  '#/definitions/endpoint/properties/idempotency/properties/keep': (member) =>
    endpointWith(`fanout: true, idempotency: { ${member} }`),
  '#/definitions/endpoint/properties/rateLimit/properties/per': (member) =>
    endpointWith(`fanout: true, rateLimit: { requests: 1, ${member} }`),
  '#/definitions/output/properties/format': (member) => outputWith(member),
  '#/definitions/output/properties/timeout': (member) => outputWith(member),
  '#/definitions/inputExchange/properties/bind': (member) => inputWith(member),
  '#/definitions/inputExchange/properties/match/properties/x-match': (member) =>
    inputWith(`match: { k: v, ${member} }`),
  '#/definitions/internal/properties/fanout/properties/timeout': (member) =>
    internalWith(`fanout: { ${member} }`),
  '#/definitions/internal/properties/rpc/properties/timeout': (member) => internalWith(`rpc: { ${member} }`),
  '#/definitions/worker/properties/partitions': (member) => workerWith(`orderingKey: data, ${member}`),
  '#/definitions/worker/properties/retries': (member) => workerWith(member),
  '#/definitions/worker/properties/whenAway': (member) =>
    `${endpointWith('rpc: true')}workers: { w: { on: POST /a, use: ./a.ts, ${member} } }\n`,
  '#/definitions/worker/properties/batch/properties/size': (member) => workerWith(`batch: { ${member} }`),
  '#/definitions/worker/properties/batch/properties/wait': (member) => workerWith(`batch: { ${member} }`),
  '#/definitions/worker/properties/columns/additionalProperties/properties/type': (member) =>
    workerWith(`columns: { c: { from: data, ${member} } }`),
  '#/definitions/feed/properties/maxAge': (member) => feedWith(member),
  '#/definitions/feed/properties/maxBytes': (member) => feedWith(member),
  '#/definitions/feed/properties/payload': (member) => feedWith(member),
  '#/definitions/feed/properties/whenSlow': (member) => feedWith(member),
  '#/definitions/scheme/properties/jwt/properties/cooldown': (member) =>
    schemeWith(`jwt: { ${jwt}, ${member} }`),
  '#/definitions/scheme/properties/jwt/properties/maxAge': (member) =>
    schemeWith(`jwt: { ${jwt}, ${member} }`),
  '#/definitions/scheme/properties/jwt/properties/clockTolerance': (member) =>
    schemeWith(`jwt: { ${jwt}, ${member} }`),
  '#/definitions/scheme/properties/jwt/properties/scopeClaim': (member) =>
    schemeWith(`jwt: { ${jwt}, ${member} }`),
  '#/definitions/scheme/properties/apiKey/properties/header': (member) =>
    schemeWith(`apiKey: { clients: { bob: { keys: [${hash}] } }, ${member} }`),
  '#/definitions/scheme/properties/forward/properties/timeout': (member) =>
    schemeWith(`forward: { url: "http://u/", headers: [cookie], subject: x-user, ${member} }`),
  '#/definitions/scheme/properties/hmac/properties/algorithm': (member) =>
    schemeWith(`hmac: { header: x-a, secrets: [${hash}], ${member} }`),
  '#/definitions/scheme/properties/hmac/properties/encoding': (member) =>
    schemeWith(`hmac: { header: x-a, secrets: [${hash}], ${member} }`),
  '#/definitions/scheme/properties/hmac/properties/tolerance': (member) =>
    schemeWith(`hmac: { form: stripe, secrets: [${hash}], ${member} }`),
};

function endpointWith(members: string): string {
  return `endpoints: { POST /a: { ${members} } }\n`;
}

function internalWith(members: string): string {
  return `internal: { a: { ${members} } }\n`;
}

function outputWith(member: string): string {
  return `${endpointWith('fanout: true')}outputs: { o: { exchange: e, ${member} } }\n`;
}

function inputWith(entry: string): string {
  return `inputs: { i: { from: [{ exchange: e, ${entry} }] } }\n`;
}

function workerWith(member: string): string {
  return `${endpointWith('fanout: true, body: true')}workers: { w: { on: POST /a, use: append, table: t, ${member} } }\n`;
}

function feedWith(member: string): string {
  return `${endpointWith('fanout: true, feed: f')}feeds: { f: { ${member} } }\n`;
}

function schemeWith(scheme: string): string {
  return `${endpointWith('fanout: true, body: true')}auth: { schemes: { s: { ${scheme} } } }\n`;
}

function keysThat(isOne: (schema: Schema) => boolean): readonly (readonly [string, Schema])[] {
  return [...allKeys()].filter(([, schema]) => isOne(schema));
}

function fileWith(pointer: string, value?: unknown): string {
  const file = files[pointer];
  if (!file) throw new Error(`no file for ${pointer}`);
  return file(value === undefined ? '' : `${pointer.split('/').at(-1)}: ${JSON.stringify(value)}`);
}

describe('the reference tables', () => {
  const withDefault = keysThat(
    ({ default: value }) => typeof value === 'number' || (typeof value === 'string' && value !== ''),
  );
  for (const [pointer, schema] of withDefault) {
    it(`state the default of ${pointer}`, () => {
      expect(parse(fileWith(pointer, schema['default']))).to.deep.equal(parse(fileWith(pointer)));
    });
  }

  for (const [pointer, { description, $ref }] of keysThat(({ $ref }) => amounts.includes(String($ref)))) {
    it(`state the maximum of ${pointer}`, () => {
      const [, bounds] = /: (\d+[a-zA-Z]+ to \d+[a-zA-Z]+)/.exec(String(description)) ?? [];
      const tooMuch = $ref === amounts[0] ? '9999999h' : '9999999GB';

      const [problem] = problemsOf(fileWith(pointer, tooMuch));

      expect(problem).to.include(`must be ${bounds}, not ${tooMuch}`);
    });
  }
});
