import { expect } from 'chai';
import { asyncApiOf, type JsonObject } from '../../src/index.ts';
import { valueAt } from '../emitted.ts';
import { parse } from '../parse.ts';

const model = parse(`
internal:
  check:
    fanout: { routingKey: data.region, expires: 5s }
    body: { type: object, required: [region], properties: { region: { enum: [eu, "n/a"] }, member: {} } }
  ask: { rpc: true, body: true }
workers:
  checker: { on: check, use: ./checker.ts, queue: checks, orderingKey: data.member, partitions: 2 }
  audit: { on: check, use: ./audit.ts }
  answer: { on: ask, use: ./answer.ts, orderingKey: data, partitions: 2 }
`);
const document = asyncApiOf(model, { version: '1' });
const channels = document['channels'] as Readonly<Record<string, JsonObject>>;

describe('the AsyncAPI document of a source with several queues', () => {
  it('has a channel for each queue, with a plain name, and none for what no queue takes', () => {
    expect(Object.keys(channels).filter((id) => id.startsWith('queue.'))).to.deep.equal([
      'queue.check.checker.eu.0',
      'queue.check.checker.eu.1',
      'queue.check.checker.n_a.0',
      'queue.check.checker.n_a.1',
      'queue.check.eu',
      'queue.check.n_a',
      'queue.ask.0',
      'queue.ask.1',
    ]);
  });

  it('states where publishers send: the routing key, and the rule of the partitions', () => {
    const routing = valueAt(channels['exchange.check'] ?? {}, '/x-restmapper') as JsonObject;

    expect(routing).to.deep.include({
      routingKey: '{data.region}',
      values: ['eu', 'n/a'],
      unrouted: 'internal:check@.dead',
    });
    expect(valueAt(routing, '/partitions/0')).to.deep.include({
      orderingKey: 'data.member',
      count: 2,
      header: 'partition:checks',
    });
    expect(valueAt(routing, '/partitions/0/rule')).to.include('SHA-1').and.include('modulo 2');
  });

  it('states the routing keys of requests', () => {
    expect(valueAt(channels['exchange.ask'] ?? {}, '/x-restmapper/partitions/0')).to.deep.include({
      orderingKey: 'data',
      count: 2,
      routingKeySuffix: '#<partition>',
    });
  });

  it('has the headers of partitions and of the expiry', () => {
    const headers = valueAt(document, '/components/messages/Check/headers/properties') as JsonObject;

    expect(headers).to.include.keys('partition:checks', 'x-expires');
  });

  it('has a receiver of each queue', () => {
    const operations = Object.keys(document['operations'] as JsonObject);

    expect(operations.filter((name) => name.includes('checker'))).to.have.lengthOf(4);
  });
});
