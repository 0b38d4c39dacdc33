import { parseEndpoints } from '@restmapper/endpoints';
import { expect } from 'chai';
import { topologyUseOf } from '../../src/process/topology-use.ts';

const model = parseEndpoints(
  `endpoints:
  POST /orders/: { fanout: true, body: true, feed: orders }
  GET /orders/: { rpc: true }
workers:
  store: { on: POST /orders/, use: append, table: message }
  notify: { on: POST /orders/, use: ./notify.ts, queue: notes }
  read: { on: GET /orders/, use: page, table: message }
`,
  { file: 'endpoints.yaml', directory: '/app' },
);
const [post, get] = ['/orders/:POST', '/orders/:GET'];

describe('what a process uses of the topology', () => {
  it('is what its role works with', () => {
    expect(topologyUseOf('serve', model)).to.deep.equal({ exchanges: [post, get], queues: [] });
    expect(topologyUseOf('live', model)).to.deep.equal({ exchanges: [], queues: ['feed:orders'] });
    expect(topologyUseOf('work', model)).to.deep.equal({ exchanges: [post], queues: [post, 'notes', get] });
    expect(topologyUseOf('start', model)).to.deep.equal({
      exchanges: [post, get],
      queues: [post, 'notes', get, 'feed:orders'],
    });
  });

  it('is less when only some workers run', () => {
    expect(topologyUseOf('work', model, ['read'])).to.deep.equal({ exchanges: [post], queues: [get] });
  });
});
