import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type Log, silentLog } from '@restmapper/core';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import {
  type ConnectionsPerAddressOptions,
  limitConnectionsPerAddress,
} from '../../src/http/connections-per-address.ts';
import { closeServer, listen } from '../../src/http/http-server.ts';

interface Limited {
  /** Connects from a local address. */
  readonly open: (from: string) => Socket;
  /** The server's side of the connections that are open. */
  readonly served: ReadonlySet<Socket>;
  /** The log so far. */
  readonly lines: readonly object[];
}

async function serve(options: Partial<ConnectionsPerAddressOptions> = {}): Promise<Limited> {
  const served = new Set<Socket>();
  const lines: object[] = [];
  const log: Log = { ...silentLog, warn: (fields) => void lines.push(fields) };
  const server = use(createServer(), (server) => closeServer(server, 0));
  limitConnectionsPerAddress(server, { max: 2, isExempt: () => false, log, ...options });
  server.on('connection', (socket) => {
    if (socket.destroyed) return;
    served.add(socket);
    socket.resume().on('error', () => {});
    socket.once('close', () => served.delete(socket));
  });
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  const open = (localAddress: string) =>
    use(connect({ port, host: '127.0.0.1', localAddress }), (socket) => socket.destroy()).on(
      'error',
      () => {},
    );
  return { open, served, lines };
}

async function isClosed(socket: Socket): Promise<void> {
  await until(() => socket.destroyed);
}

describe('the limit of connections of one address', () => {
  it('closes one more, leaves the rest and other addresses alone, and forgets closed ones', async () => {
    const { open, served } = await serve();
    const first = open('127.0.0.2');
    open('127.0.0.2');
    await until(() => served.size === 2);

    await isClosed(open('127.0.0.2'));
    open('127.0.0.3');
    await until(() => served.size === 3);

    first.destroy();
    await until(() => served.size === 2);
    open('127.0.0.2');
    await until(() => served.size === 3);
    await isClosed(open('127.0.0.2'));
  });

  it('does not apply to an exempt address', async () => {
    const { open, served } = await serve({ isExempt: (address) => address === '127.0.0.2' });

    for (let n = 0; n < 5; n += 1) open('127.0.0.2');

    await until(() => served.size === 5);
  });

  it('is logged once in a while, however many are closed', async () => {
    const { open, served, lines } = await serve({ max: 1 });
    open('127.0.0.2');
    await until(() => served.size === 1);

    for (let n = 0; n < 3; n += 1) await isClosed(open('127.0.0.2'));

    expect(lines).to.deep.equal([{ address: '127.0.0.2', max: 1, closed: 1 }]);
  });
});
