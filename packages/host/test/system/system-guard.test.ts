import type { IncomingMessage } from 'node:http';
import { openAuthenticator, sha256 } from '@restmapper/auth';
import { type Identity, type Log, silentLog } from '@restmapper/core';
import { parseEndpoints } from '@restmapper/endpoints';
import { expect } from 'chai';
import { use } from '../../../../test/support/use.ts';
import { createSystemGuard, type SystemScope } from '../../src/system/system-guard.ts';

const keyOf = (client: string): string => `the key of ${client}`;

function clientOf(name: string, scopes: string): string {
  return `${name}: { keys: [${sha256(keyOf(name)).toString('hex')}], scopes: [${scopes}] }`;
}

const auth = `
auth:
  default: staff
  schemes:
    staff: { apiKey: { clients: { ${clientOf('ops', 'system:read')}, ${clientOf('intern', '')} } } }
    partners: { apiKey: { header: x-partner, clients: { ${clientOf('shop', 'system:read')} } } }
`;

type Ask = (headers: Record<string, string>, scope?: SystemScope) => Promise<Identity | undefined>;

function openGuard({ section = auth, log = silentLog } = {}): Ask {
  const text = `endpoints:\n  POST /a: { fanout: true, body: true }\n${section}`;
  const model = parseEndpoints(text, { file: 'endpoints.yaml', directory: '/' });
  const authenticator = use(openAuthenticator(model.auth, { log }), (it) => it.close());
  const guard = createSystemGuard({ auth: model.auth, authenticator, log, clientAddress: () => '10.0.0.9' });
  return (headers, scope = 'system:read') => guard({ headers } as unknown as IncomingMessage, scope);
}

async function codeOf(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => undefined,
    (error: { readonly code: string }) => error.code,
  );
}

describe('the guard of the system', () => {
  it('accepts every caller where the file does not restrict them', async () => {
    expect(await openGuard({ section: '' })({}, 'dead-letters:write')).to.equal(undefined);
  });

  it('accepts a caller with the scope, and names it', async () => {
    const identity = await openGuard()({ 'x-api-key': keyOf('ops') });

    expect(identity).to.include({ subject: 'ops', scheme: 'staff' });
  });

  it('refuses callers that are unknown by the default schemes, or lack the scope', async () => {
    const ask = openGuard();

    expect(await codeOf(ask({}))).to.equal('UNAUTHENTICATED');
    expect(await codeOf(ask({ 'x-api-key': keyOf('unknown') }))).to.equal('UNAUTHENTICATED');
    expect(await codeOf(ask({ 'x-partner': keyOf('shop') }))).to.equal('UNAUTHENTICATED');
    expect(await codeOf(ask({ 'x-api-key': keyOf('intern') }))).to.equal('INSUFFICIENT_SCOPE');
    for (const scope of ['dead-letters:read', 'dead-letters:write'] as const) {
      expect(await codeOf(ask({ 'x-api-key': keyOf('ops') }, scope))).to.equal('INSUFFICIENT_SCOPE');
    }
  });

  it('logs whom it refused and why, and no credentials', async () => {
    const lines: object[] = [];
    const log: Log = { ...silentLog, info: (fields) => void lines.push(fields) };

    await codeOf(openGuard({ log })({ 'x-api-key': 'guessed' }));

    expect(lines).to.have.length(1);
    expect(lines[0]).to.include({ address: '10.0.0.9', scope: 'system:read', code: 'UNAUTHENTICATED' });
    expect(JSON.stringify(lines)).to.not.contain('guessed');
  });
});
