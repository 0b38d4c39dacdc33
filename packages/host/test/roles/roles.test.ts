import { parseEndpoints } from '@restmapper/endpoints';
import { expect } from 'chai';
import { roles } from '../../src/roles/roles.ts';

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
  it('is what its role needs', () => {
    expect(roles.serve.use(model)).to.deep.equal({ exchanges: [post, get], queues: [] });
    expect(roles.live.use(model)).to.deep.equal({ exchanges: [], queues: ['feed:orders'] });
    expect(roles.work.use(model)).to.deep.equal({
      exchanges: [post, get],
      queues: [post, 'notes', get],
    });
    expect(roles.start.use(model)).to.deep.equal({
      exchanges: [post, get],
      queues: [post, 'notes', get, 'feed:orders'],
    });
  });

  it('includes what other applications have, for calls in the gateway, for inputs and outputs in workers', () => {
    const calling = parseEndpoints(
      `endpoints:
  POST /a: { rpc: { queue: theirs } }
  POST /b: { publish: { exchange: events } }
  POST /c: { publish: { exchange: events } }
outputs:
  told: { exchange: accounts }
inputs:
  usage: { from: [{ exchange: metering }, { exchange: metering, bind: b }] }
  old: { queue: legacy }
  unused: { queue: other }
workers:
  usage: { on: usage, use: append, table: usage }
  old: { on: old, use: ./old.ts }
`,
      { file: 'endpoints.yaml', directory: '/app' },
    );

    expect(roles.serve.use(calling)).to.deep.equal({
      exchanges: ['events'],
      queues: [],
      requested: ['theirs'],
    });
    expect(roles.work.use(calling)).to.deep.equal({
      exchanges: ['accounts'],
      queues: ['input:usage', 'input:old', 'legacy'],
    });
    expect(roles.work.serves(calling)).to.deep.equal([
      ['worker usage', 'queue input:usage'],
      ['worker old', 'queue input:old'],
      ['input usage from metering', 'exchange metering'],
      ['input old', 'queue legacy'],
      ['output told', 'exchange accounts'],
    ]);
    expect(roles.work.use(calling, ['usage']).queues).to.deep.equal(['input:usage']);
    expect(roles.serve.serves(calling)[0]).to.deep.equal(['endpoint POST /a', 'queue theirs']);
  });

  it('is less when only some workers run', () => {
    expect(roles.work.use(model, ['read'])).to.deep.equal({ exchanges: [post, get], queues: [get] });
  });
});

describe('the roles', () => {
  it('are registered under their names, and open once loaded', async () => {
    for (const [name, role] of Object.entries(roles)) {
      const { open } = await role.load();

      expect(role.name).to.equal(name);
      expect(open).to.be.a('function');
    }
  });
});
