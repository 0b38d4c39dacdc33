import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { expect } from 'chai';
import { closeServer, listen } from '../../packages/host/src/http/http-server.ts';
import { openNginx, replicaAddress } from '../support/nginx.ts';
import { use } from '../support/use.ts';
import { post } from './calls.ts';

/** The `platform.conf` of docs/operations.md, with other addresses for its two gateways. */
async function readDocumented(): Promise<(gateways: readonly string[]) => string> {
  const docs = await readFile('docs/operations.md', 'utf8');
  const [, block] = /```nginx\n(upstream gateways [^`]*)```/.exec(docs) ?? [];
  if (block === undefined) throw new Error('docs/operations.md has no platform.conf');
  return ([first = '', second = '']) =>
    block.replace('127.0.0.1:8081', first).replace('127.0.0.1:8181', second);
}

async function startGateway(host: string, port: number): Promise<Server> {
  const server = createServer((_request, response) => response.setHeader('connection', 'close').end(host));
  use(server, (server) => closeServer(server, 0));
  await listen(server, { host, port });
  return server;
}

describe('nginx without containers', function () {
  this.timeout(60_000);

  it('answers every call while one process after another is replaced', async () => {
    const addresses = [replicaAddress(), replicaAddress()] as const;
    const platform = await readDocumented();
    const nginx = await openNginx({
      platform: ({ restmapper }) => platform(addresses.map((address) => `${address}:${restmapper}`)),
    });
    use(nginx, (nginx) => nginx.close());
    const port = nginx.ports.restmapper;
    const answers = new Set<string>();
    const call = async (): Promise<void> => {
      for (let count = 0; count < 10; count += 1) {
        const response = await post(`${nginx.url}/api/v1/a/`, {});
        answers.add(`${response.status} ${await response.text()}`);
      }
    };

    const first = await startGateway(addresses[0], port);
    const second = await startGateway(addresses[1], port);
    await call();
    await closeServer(first, 0);
    await call();
    await startGateway(addresses[0], port);
    await closeServer(second, 0);
    await call();

    expect([...answers].sort()).to.deep.equal(addresses.map((address) => `200 ${address}`).sort());
  });
});
