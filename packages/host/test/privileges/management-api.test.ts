import { createServer } from 'node:http';
import { BusError } from '@restmapper/bus';
import { expect } from 'chai';
import { use } from '../../../../test/support/use.ts';
import { closeServer, listen } from '../../src/http/http-server.ts';
import { askManagement } from '../../src/privileges/management-api.ts';

describe('the management of a broker', () => {
  it('is unavailable when its answer is cut short', async () => {
    const server = use(
      createServer((_request, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{', () => response.destroy());
      }),
      (server) => closeServer(server, 100),
    );
    const port = await listen(server, { host: '127.0.0.1', port: 0 });

    const error: unknown = await askManagement([`http://u:p@127.0.0.1:${port}`], {
      method: 'GET',
      path: '/api/definitions',
      patienceMs: 0,
    }).catch((error: unknown) => error);

    expect(error).to.be.instanceOf(BusError).with.property('code', 'BROKER_UNAVAILABLE');
  });
});
