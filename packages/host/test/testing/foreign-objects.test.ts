import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { use } from '../../../../test/support/use.ts';
import { openTestSystem } from '../../src/testing.ts';

const text = `
endpoints:
  POST /quote: { rpc: { queue: legacy_quotes }, body: true }
  POST /events/{region}: { publish: { exchange: events, routingKey: '{params.region}' }, body: true }
`;

async function openForeign() {
  const folder = use(await makeTemporaryFolder('foreign'), (path) => rm(path, { recursive: true }));
  const file = join(folder, 'endpoints.yaml');
  await writeFile(file, text);
  return use(await openTestSystem(file, { database: 'none' }), (system) => system.close());
}

describe('a test of calls to another application', () => {
  it('sees what is published, and with which routing key', async () => {
    const system = await openForeign();

    const { status } = await system.request('POST', '/events/eu.west', { body: { n: 1 } });

    expect(status).to.equal(200);
    const [sent, ...others] = system.published('POST /events/{region}');
    expect(sent).to.include({ routingKey: 'eu%2Ewest' });
    expect(sent?.data).to.deep.equal({ n: 1 });
    expect(others).to.deep.equal([]);
  });

  it('stands in for a worker of the other application by a stub', async () => {
    const system = await openForeign();
    const missing = await system.request('POST', '/quote', { body: 7 });

    system.stub('POST /quote', ({ data }: { data: number }) => ({ price: data + 1 }));
    const { status, body } = await system.request('POST', '/quote', { body: 7 });

    expect(missing.status).to.equal(503);
    expect([status, body]).to.deep.equal([200, { price: 8 }]);
    await system.send('POST /quote').then(
      () => expect.fail('it was sent'),
      (error: unknown) => expect(String(error)).to.contain('go to another application'),
    );
  });
});
