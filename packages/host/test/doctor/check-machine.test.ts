import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { freePorts } from '../../../../test/support/free-ports.ts';
import { use } from '../../../../test/support/use.ts';
import { checkDataFolder, checkNode, checkPort, supportedNode } from '../../src/doctor/check-machine.ts';

describe('the checks of a machine', () => {
  it('accept the Node versions that package.json names', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const levels = ['v20.18.3', 'v20.19.0', 'v21.7.0', 'v22.11.0', 'v22.12.0', 'v24.0.0'].map(
      (version) => checkNode(version).level,
    );

    expect(engines.node).to.equal(supportedNode);
    expect(levels).to.deep.equal(['problem', 'ok', 'problem', 'problem', 'ok', 'ok']);
  });

  it('name the process that has a port', async () => {
    const status = '{"id":"here:7","role":"serve","version":"1"}';
    const server = use(
      createServer((_request, response) => response.end(status)),
      (server) => {
        server.close().closeAllConnections();
      },
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const [free = 0] = await freePorts(1);
    const check = (wanted: number, adminPort: number) =>
      checkPort({ host: '127.0.0.1', port: wanted, adminPort, variable: 'PORT' });

    expect(await check(free, free)).to.deep.equal({ level: 'ok', message: `127.0.0.1:${free} is free` });
    expect((await check(port, port)).message).to.contain('a running restmapper serve 1 (here:7)');
    expect(await check(port, free)).to.deep.include({ level: 'problem' });
  });

  it('find a folder that cannot be used', async () => {
    expect((await checkDataFolder('/dev/null/here')).level).to.equal('problem');
    expect((await checkDataFolder('/tmp/restmapper-nothing-here')).level).to.equal('ok');
  });
});
