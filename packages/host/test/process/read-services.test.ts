import type { Unavailable } from '@restmapper/bus';
import { parseEndpoints } from '@restmapper/endpoints';
import { expect } from 'chai';
import { findBrokenChannel, readServices } from '../../src/process/read-services.ts';
import type { RoleName } from '../../src/process/role.ts';
import { roles } from '../../src/roles/roles.ts';

const model = parseEndpoints(
  `endpoints:
  POST /orders/: { fanout: true, body: true, feed: orders }
  GET /orders/: { rpc: true }
workers:
  store: { on: POST /orders/, use: append, table: message }
  read: { on: GET /orders/, use: page, table: message }
`,
  { file: 'endpoints.yaml', directory: '/app' },
);

const broken: readonly Unavailable[] = [
  { kind: 'exchange', name: '/orders/:POST', reason: 'another type' },
  { kind: 'queue', name: '/orders/:POST', reason: 'another length' },
  { kind: 'queue', name: 'feed:orders', reason: 'no stream' },
  { kind: 'queue', name: 'retry:1s', reason: 'another time' },
];

function read(role: RoleName, workers?: readonly string[]) {
  const { count, unavailable } = readServices(roles[role].serves(model, workers), {
    unavailable: broken,
  });
  return [count, Object.fromEntries(unavailable)];
}

describe('what a process serves', () => {
  it('is unavailable by its names in the file, each with a separate reason', () => {
    const endpoint = { 'endpoint POST /orders/': 'unavailable: another type' };
    const worker = { 'worker store': 'unavailable: another length' };
    const feed = { 'feed orders': 'unavailable: no stream' };

    expect(read('serve')).to.deep.equal([2, endpoint]);
    expect(read('work')).to.deep.equal([2, worker]);
    expect(read('work', ['read'])).to.deep.equal([1, {}]);
    expect(read('live')).to.deep.equal([1, feed]);
    expect(read('start')).to.deep.equal([5, { ...endpoint, ...worker, ...feed }]);
  });

  it('is unavailable as a whole when the bus has no channel for messages', () => {
    const channel: Unavailable = { kind: 'channel', name: 'events', reason: 'too many channels' };

    expect(findBrokenChannel({ unavailable: broken })).to.equal(undefined);
    expect(findBrokenChannel({ unavailable: [...broken, channel] })).to.equal(
      'no channel for events: too many channels',
    );
  });
});
