import { planTopology } from '@restmapper/bus';
import type { Topology } from '@restmapper/core';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { expect } from 'chai';
import { managementFindings } from '../../src/inspection/management-findings.ts';
import { placeOf } from '../../src/inspection/place-of.ts';
import { rightsOf } from '../../src/inspection/rights-findings.ts';
import { unconsumedFindings } from '../../src/inspection/unconsumed-findings.ts';
import { createDividedModel } from '../divided-model.ts';
import { bindingsOf } from '../../src/privileges/binding-differences.ts';
import { roles } from '../../src/roles/roles.ts';

const model = parseEndpoints(
  `endpoints:
  POST /a: { fanout: true, feed: f }
  GET /a: { rpc: true }
workers:
  store: { on: POST /a, use: append, table: t }
  mail: { on: POST /a, use: ./mail.ts, queue: mails }
`,
  { file: 'endpoints.yaml', directory: '/app' },
);
const topology = topologyOf(model);

/** A broker with exactly the objects of a topology. */
function brokerOf(topology: Topology) {
  const kept = { durable: true, auto_delete: false, arguments: {} };
  const { exchanges, queues, ...plan } = planTopology(topology);
  return {
    exchanges: exchanges.map((exchange) => ({ ...kept, ...exchange })),
    queues: queues.map((queue) => ({ ...kept, ...queue })),
    bindings: bindingsOf({ ...topology, ...plan }),
  };
}

describe('the findings about a broker', () => {
  it('are none when it has exactly what the file names', () => {
    expect(managementFindings(topology, { objects: brokerOf(topology), depths: new Map() })).to.deep.equal(
      [],
    );
  });

  it('name an exchange without bindings', () => {
    const objects = brokerOf(topology);
    const bindings = objects.bindings.filter(({ source }) => source !== '/a:POST');

    const findings = managementFindings(topology, { objects: { ...objects, bindings }, depths: new Map() });

    expect(
      findings.filter(({ code }) => code === 'LIVE_UNBOUND').map(({ object }) => object.name),
    ).to.deep.equal(['/a:POST']);
    expect(findings.filter(({ object }) => object.kind === 'binding')).to.have.length(3);
  });

  it('distinguish a missing exchange of another application from one of the file', () => {
    const foreign = { exchanges: ['theirs'], bindings: [] };

    const [finding] = managementFindings(
      { ...topology, foreign },
      { objects: brokerOf(topology), depths: new Map() },
    );

    expect(finding).to.include({ code: 'LIVE_FOREIGN_MISSING' });
  });

  it('advise to delete a queue only after its messages are processed', () => {
    const left = { kind: 'work', name: '/old:POST', deliveryLimit: 3 } as const;
    const objects = brokerOf({ ...topology, queues: [...topology.queues, left] });
    const adviceWith = (depths: ReadonlyMap<string, { messages: number; consumers: number }>) =>
      managementFindings(topology, { objects, depths }).find(({ object }) => object.name === left.name)
        ?.message;

    expect(adviceWith(new Map([[left.name, { messages: 2, consumers: 0 }]]))).to.contain(
      "it held 2 messages at the last count: let a worker with the old file empty it, then `rabbitmqctl delete_queue '/old:POST'`",
    );
    expect(adviceWith(new Map([[left.name, { messages: 0, consumers: 0 }]]))).to.contain(
      'it held no message',
    );
    expect(adviceWith(new Map())).to.contain('let a worker with the old file empty it');
  });

  it('name queues without a consumer, but no feeds', () => {
    const findings = unconsumedFindings(model, () => ({ messages: 1, consumers: 0 }));

    expect(findings.map(({ object }) => object.name)).to.have.members(['/a:POST', 'mails', '/a:GET']);
    expect(findings[0]?.message).to.contain('1 message waits');
    expect(unconsumedFindings(model, () => ({ messages: 0, consumers: 1 }))).to.deep.equal([]);
  });

  it('name the value whose queues no process consumes, not each of its partitions', () => {
    const findings = unconsumedFindings(createDividedModel({ partitions: 8 }), (name) => ({
      messages: 15,
      consumers: Number(!name.startsWith('check@eu#') && name !== 'check@us#7'),
    }));

    expect(findings.map(({ object, messages, message }) => [object.name, messages, message])).to.deep.equal([
      [
        'check@eu#0',
        120,
        'no worker consumes the queues of check for eu: 120 messages wait; start `restmapper work`',
      ],
      [
        'check@us#7',
        15,
        'no worker consumes the queues of check for us: 15 messages wait; start `restmapper work`',
      ],
    ]);
  });

  it('have a place in the file', () => {
    const place = (kind: 'exchange' | 'queue' | 'table' | 'broker', name: string) =>
      placeOf({ kind, name }, model);

    expect(place('exchange', '/a:POST')).to.equal('/endpoints/POST ~1a');
    expect(place('queue', 'mails.dead')).to.equal('/workers/mail');
    const divided = createDividedModel();
    expect(placeOf({ kind: 'queue', name: 'check@us#1.dead' }, divided)).to.equal('/workers/checker');
    expect(placeOf({ kind: 'queue', name: 'check#9' }, divided)).to.equal('/workers/checker');
    expect(placeOf({ kind: 'exchange', name: '/check:POST@' }, divided)).to.equal('/endpoints/POST ~1check');
    expect(place('queue', 'feed:f')).to.equal('/endpoints/POST ~1a/feed');
    expect(place('queue', '/a:GET')).to.equal('/endpoints/GET ~1a');
    expect(place('table', 't')).to.equal('/workers/store/table');
    const asking = parseEndpoints('endpoints: { POST /q: { rpc: { queue: q, replyExchange: r } } }', {
      file: 'endpoints.yaml',
      directory: '/app',
    });
    expect(placeOf({ kind: 'exchange', name: 'r' }, asking)).to.equal(
      '/endpoints/POST ~1q/rpc/replyExchange',
    );
    expect([place('queue', 'retry:1s'), place('broker', 'AMQP_URL')]).to.deep.equal([undefined, undefined]);
  });
});

describe('the permissions that a role needs', () => {
  it('are write for a gateway, read for a live bridge, and both for a worker', () => {
    expect(rightsOf(roles.serve, model)).to.deep.equal({ publishes: ['/a:POST', '/a:GET'], reads: [] });
    expect(rightsOf(roles.live, model)).to.deep.equal({ publishes: [], reads: ['feed:f'] });
    const { publishes, reads } = rightsOf(roles.work, model);
    expect(publishes).to.include.members(['/a:POST', 'retry:1s']);
    expect(reads).to.have.members(['/a:POST', 'mails']);
    expect(rightsOf(roles.start, model).reads).to.have.members(['/a:POST', 'mails', 'feed:f']);
  });
});
