import { expect } from 'chai';
import { until } from '../../../../../test/support/until.ts';
import { use } from '../../../../../test/support/use.ts';
import type { Topology } from '@restmapper/core';
import { UnroutableRepair } from '../../../src/amqp/topology/unroutable-repair.ts';
import { BusError } from '../../../src/contract/errors.ts';

const topology: Topology = {
  exchanges: [{ name: 'orders', type: 'topic' }],
  queues: [{ kind: 'work', name: 'eu', deliveryLimit: 20 }],
  bindings: [{ exchange: 'orders', queue: 'eu', routingKey: 'eu.#' }],
};

const unroutable = new BusError('UNROUTABLE', 'no queue');

describe('the repair of an unroutable message', () => {
  it('declares once for all messages that the topology routes, and not for others', async () => {
    let declarations = 0;
    const repair = new UnroutableRepair(topology, async () => void (declarations += 1));
    use(repair, (repair) => repair.close());
    let unwanted = 0;
    const others = new UnroutableRepair(topology, async () => void (unwanted += 1));
    use(others, (others) => others.close());

    others.onFailure(unroutable, 'orders', { routingKey: 'us.1', headers: {} });
    others.onFailure(new BusError('OVERLOADED', 'full'), 'orders', { routingKey: 'eu.1', headers: {} });
    for (const routingKey of ['eu.1', 'eu.2'])
      repair.onFailure(unroutable, 'orders', { routingKey, headers: {} });

    await until(() => declarations > 0);
    expect([declarations, unwanted]).to.deep.equal([1, 0]);
  });
});
