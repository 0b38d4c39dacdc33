import { createServer, type RequestListener } from 'node:http';
import { expect } from 'chai';
import { use } from '../../../../test/support/use.ts';
import { closeServer, listen } from '../../src/http/http-server.ts';
import { askPeers } from '../../src/system/peers.ts';
import type { ProcessStatus } from '../../src/process/process-status.ts';

function statusOf(id: string): ProcessStatus {
  return {
    id,
    role: 'work',
    version: '1.2.3',
    startedAtMs: 7,
    ready: true,
    checks: { bus: 'ok' },
    memoryBytes: 8,
    embedded: [],
    counters: { handled: 9 },
  };
}

/** Serves on a separate loopback address, since one name resolves to many addresses but one port. */
async function openPeer(listener: RequestListener, { host = '127.0.0.1', port = 0 } = {}): Promise<number> {
  const server = use(createServer(listener), (server) => closeServer(server, 0));
  return listen(server, { host, port });
}

function answering(status: unknown): RequestListener {
  return (request, response) => {
    response.statusCode = request.url === '/status' ? 200 : 404;
    response.end(JSON.stringify(status));
  };
}

describe('asking peers', () => {
  it('returns the status of each', async () => {
    const ports = [await openPeer(answering(statusOf('a:1'))), await openPeer(answering(statusOf('b:2')))];

    const answer = await askPeers(ports.map((port) => `http://127.0.0.1:${port}`));

    expect(answer).to.deep.equal({ processes: [statusOf('a:1'), statusOf('b:2')], unreachable: [] });
  });

  it('asks every address of a name', async () => {
    const port = await openPeer(answering(statusOf('a:1')), { host: '127.0.0.2' });
    await openPeer(answering(statusOf('b:2')), { host: '127.0.0.3', port });
    const addresses = ['127.0.0.2', '127.0.0.3', '127.0.0.4'].map((address) => ({ address, family: 4 }));

    const { processes, unreachable } = await askPeers([`http://worker:${port}`], {
      resolve: async (host) => (host === 'worker' ? [{ address: '::1', family: 6 }, ...addresses] : []),
    });

    expect(processes.map(({ id }) => id)).to.deep.equal(['a:1', 'b:2']);
    expect(unreachable).to.deep.equal([
      { peer: `http://127.0.0.4:${port}`, why: `connect ECONNREFUSED 127.0.0.4:${port}` },
    ]);
  });

  it('resolves names by itself, and accepts addresses as they are', async () => {
    const port = await openPeer(answering(statusOf('a:1')));

    const byName = await askPeers([`http://localhost:${port}`]);
    const byAddress = await askPeers([`http://127.0.0.1:${port}`, `http://[::1]:${port}`]);

    expect(byName.processes).to.have.length(1);
    expect(byAddress.processes).to.have.length(1);
    expect(byAddress.unreachable.map(({ peer }) => peer)).to.deep.equal([`http://[::1]:${port}`]);
  });

  it('names an unresolvable peer', async () => {
    const { processes, unreachable } = await askPeers(['http://nowhere.invalid:9083']);

    expect(processes).to.deep.equal([]);
    expect(unreachable).to.have.length(1);
    expect(unreachable[0]?.peer).to.equal('http://nowhere.invalid:9083');
    expect(unreachable[0]?.why).to.contain('nowhere.invalid');
  });

  it('waits for no peer beyond the limit, and hears the others', async () => {
    const silent = await openPeer(() => {});
    const stuck = await openPeer((_request, response) => response.writeHead(200).write('{"id":'));
    const fine = await openPeer(answering(statusOf('a:1')));
    const urls = [silent, stuck, fine].map((port) => `http://127.0.0.1:${port}`);
    const start = performance.now();

    const { processes, unreachable } = await askPeers(urls, { timeoutMs: 200 });

    expect(performance.now() - start).to.be.below(1500);
    expect(processes.map(({ id }) => id)).to.deep.equal(['a:1']);
    expect(unreachable).to.deep.equal([
      { peer: urls[0], why: 'it does not respond in time' },
      { peer: urls[1], why: 'it does not respond in time' },
    ]);
  });

  for (const [what, listener, why] of [
    ['another server', answering('hello'), 'it does not return a status of restmapper'],
    ['no JSON', (_request, response) => response.end('<html>'), /JSON/],
    ['an error', (_request, response) => response.writeHead(500).end(), 'it answers 500'],
    ['a redirect', (_request, response) => response.writeHead(302, { location: '/' }).end(), /redirect/],
  ] as readonly (readonly [string, RequestListener, string | RegExp])[]) {
    it(`does not accept ${what} as a process`, async () => {
      const port = await openPeer(listener);

      const { processes, unreachable } = await askPeers([`http://127.0.0.1:${port}`]);

      expect(processes).to.deep.equal([]);
      expect(unreachable[0]?.why).to.match(typeof why === 'string' ? new RegExp(`^${why}$`) : why);
    });
  }
});
