import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parseEndpoints, topologyOf } from '../src/index.ts';

const shipped = readFileSync(new URL('../../../endpoints.yaml', import.meta.url), 'utf8');

describe('the endpoints.yaml that ships', () => {
  it('is an API that saves messages and lists them', () => {
    const { endpoints, workers, feeds } = parseEndpoints(shipped, {
      file: 'endpoints.yaml',
      directory: '/app',
    });

    expect(endpoints.map(({ key, delivery, exchange }) => [key, delivery, exchange])).to.deep.equal([
      ['POST /messages/', { kind: 'fanout', timeoutMs: 5000 }, '/messages/:POST'],
      ['GET /messages/', { kind: 'rpc', timeoutMs: 10_000 }, '/messages/:GET'],
    ]);
    expect(workers.map(({ name, on, use }) => [name, on, use])).to.deep.equal([
      ['messages_post', 'POST /messages/', { kind: 'append', table: 'message', columns: [] }],
      ['messages_get', 'GET /messages/', { kind: 'page', table: 'message', where: [] }],
    ]);
    expect(feeds).to.deep.equal([
      {
        name: 'messages',
        queue: 'feed:messages',
        maxAgeSeconds: 3600,
        maxBytes: 100_000_000,
        access: { kind: 'public' },
        where: {},
        payload: 'data',
        whenSlow: 'disconnect',
      },
    ]);
  });

  it('needs two exchanges, two queues and a feed', () => {
    const topology = topologyOf(parseEndpoints(shipped, { file: 'endpoints.yaml', directory: '/app' }));

    expect(topology).to.deep.equal({
      exchanges: [
        { name: '/messages/:POST', type: 'fanout' },
        { name: '/messages/:GET', type: 'direct' },
      ],
      queues: [
        { kind: 'work', name: '/messages/:POST', deliveryLimit: 20 },
        { kind: 'rpc', name: '/messages/:GET' },
        { kind: 'feed', name: 'feed:messages', maxAgeSeconds: 3600, maxBytes: 100_000_000 },
      ],
      bindings: [
        { exchange: '/messages/:POST', queue: '/messages/:POST', routingKey: '' },
        { exchange: '/messages/:GET', queue: '/messages/:GET', routingKey: '/messages/:GET' },
        { exchange: '/messages/:POST', queue: 'feed:messages', routingKey: '' },
      ],
    });
  });
});
