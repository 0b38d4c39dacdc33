import { randomUUID } from 'node:crypto';
import { silentLog } from '@restmapper/core';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { expect } from 'chai';
import { amqpUrl, deleteTopology } from '../../../../test/support/amqp.ts';
import { databaseUrl } from '../../../../test/support/database.ts';
import { use } from '../../../../test/support/use.ts';
import { createService } from '../../src/process/service.ts';
import { parseSettings } from '../../src/process/settings.ts';
import { openSystem } from '../../src/roles/open-system.ts';
import { roles } from '../../src/roles/roles.ts';

const basePath = '/shop.v2/orders';

/** Opens a gateway, alone or with everything, and returns the URLs that it announces. */
async function open(name: 'start' | 'serve'): Promise<{ readonly api: string; readonly origin: string }> {
  const path = `/o${randomUUID().slice(0, 8)}`;
  const model = parseEndpoints(`endpoints: { POST ${path}: { fanout: true, body: true } }`, {
    file: 'endpoints.yaml',
    directory: '/',
  });
  if (name === 'serve') use(model, (model) => deleteTopology(topologyOf(model)));
  const role = roles[name];
  const env = {
    PORT: '0',
    ADMIN_PORT: '0',
    BASE_PATH: basePath,
    ...(name === 'serve' ? { AMQP_URL: amqpUrl() } : { DATABASE_URL: databaseUrl() }),
  };
  const settings = parseSettings(env, { role, readFile: () => '' });
  const service = createService({ role, settings, model, log: silentLog });
  use(service, () => service.closers.closeAll({ timeoutMs: 5_000, log: silentLog }));
  const { urls } = await openSystem(service, role);
  const api = urls.find(([label]) => label === 'API')?.[1] ?? '';
  return { api, origin: new URL(api).origin };
}

describe('the path of the API', function () {
  this.timeout(30_000);

  for (const role of ['start', 'serve'] as const) {
    it(`is BASE_PATH with ${role}, for endpoints and their description`, async () => {
      const { api, origin } = await open(role);

      const described = await fetch(`${api}openapi.json`);
      const { servers, paths } = (await described.json()) as Record<string, object>;
      const [path = ''] = Object.keys(paths ?? {});
      const called = await fetch(`${origin}${basePath}${path}?x=%2F`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });

      expect(api).to.equal(`${origin}${basePath}/`);
      expect(servers).to.deep.equal([{ url: basePath }]);
      // The query is not declared, so the endpoint was found.
      expect([called.status, ((await called.json()) as { code: string }).code]).to.deep.equal([
        422,
        'INVALID_QUERY',
      ]);
    });
  }

  it('is the only one of a gateway', async () => {
    const { api, origin } = await open('serve');
    const paths = ['/openapi.json', '/api/v1/openapi.json', basePath, `${basePath}s/openapi.json`, '/'];

    for (const path of paths) {
      const response = await fetch(origin + path);
      expect(response.status, path).to.equal(404);
      expect(response.headers.get('content-type')).to.equal('application/problem+json');
      expect(await response.json()).to.include({
        code: 'NOT_FOUND',
        detail: `the API is under ${basePath}/`,
      });
    }
    expect((await fetch(`${api}../orders/./openapi.json`)).status).to.equal(200);
  });

  it('leaves the page and the feeds where they are with start', async () => {
    const { origin } = await open('start');

    const statuses = await Promise.all(
      ['/', '/live/v1/none', '/system/v1/', '/api/v1/openapi.json'].map(
        async (path) => (await fetch(origin + path)).status,
      ),
    );

    expect(statuses).to.deep.equal([200, 404, 200, 404]);
  });
});
