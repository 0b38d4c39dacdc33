import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { use } from '../../test/support/use.ts';
import { fetchText } from '../src/lib/fetch-text.ts';
import { problemOf } from '../src/lib/problem.ts';

async function openServer(listener: RequestListener): Promise<string> {
  const server = use(createServer(listener), (server) => server.close().closeAllConnections());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // The address of a server that listens on TCP is an object.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const problemWith = (answer: Promise<string>) => answer.then(() => undefined, problemOf);

describe('fetching a text', () => {
  it('states that the server is unreachable, or closed the connection', async () => {
    const url = await openServer((request) => request.socket.destroy());

    expect(await problemWith(fetchText(url))).to.include({
      title: 'No answer',
      detail: 'The server cannot be reached.',
      status: undefined,
    });
  });

  it('states how long it waited', async () => {
    const url = await openServer(() => {});

    expect(await problemWith(fetchText(url, { timeoutMs: 100 }))).to.include({
      title: 'No answer',
      detail: 'The server did not respond within 0.1 s.',
    });
  });

  it('rejects with the reason of the signal that cancels it', async () => {
    const url = await openServer(() => {});
    const controller = new AbortController();

    const answer = fetchText(url, { signal: controller.signal }).catch((error: unknown) => error);
    controller.abort('gone');

    expect(await answer).to.equal('gone');
  });
});
