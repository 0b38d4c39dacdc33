import { expect } from 'chai';
import {
  collect,
  createMessage,
  createRpc,
  never,
  within,
} from '../../packages/bus/test/contract/fixtures.ts';
import { openUpBus } from '../../packages/bus/test/amqp/fixtures.ts';
import { printFigures } from '../support/figures.ts';
import { codeOf } from './support/outcomes.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

describe('F13: a request whose deadline passes in the queue', function () {
  this.timeout(faultTimeoutMs);

  it('is not executed, wherever in the queue it waited', async () => {
    const { topology, exchange, queue } = createRpc();
    const [caller, worker] = [await openUpBus(topology), await openUpBus(topology)];
    const stuck = await collect(worker, queue, { prefetch: 1, outcome: () => never });
    const requests = sized({ short: 200, full: 5_000 });
    const late: number[] = [];

    // Long and short deadlines alternate: a classic queue drops expired messages only at its head.
    const codes = Promise.all(
      Array.from({ length: requests }, (_none, index) =>
        codeOf(caller.request(exchange, createMessage(), within(index % 2 === 0 ? 600 : 300))),
      ),
    );
    await codes;
    await worker.close({ timeoutMs: 0 });
    const next = await openUpBus(topology);
    await collect(next, queue, {
      outcome: ({ body, deadlineEpochMs = 0 }) => {
        if (deadlineEpochMs < Date.now()) late.push(deadlineEpochMs);
        return { kind: 'reply', body };
      },
    });
    const { body } = await caller.request(exchange, createMessage('in time'), within());

    printFigures('F13', {
      requests,
      'begun in time': stuck.deliveries.length,
      'executed too late': late.length,
    });
    // A deadline may also pass before the confirm arrives.
    expect(['RPC_TIMEOUT', 'PUBLISH_TIMEOUT']).to.include.members([...new Set(await codes)]);
    expect(await codes).to.include('RPC_TIMEOUT');
    expect(String(body)).to.equal('in time');
    expect(late).to.deep.equal([]);
  });
});
