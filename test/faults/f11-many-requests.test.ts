import { expect } from 'chai';
import { collect, createMessage, createRpc, within } from '../../packages/bus/test/contract/fixtures.ts';
import { openUpBus } from '../../packages/bus/test/amqp/fixtures.ts';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

describe('F11: 10,000 requests at once', function () {
  this.timeout(faultTimeoutMs);

  it('each get their own reply, though many replies overtake the confirm', async () => {
    const [waves, requests] = [sized({ short: 1, full: 20 }), 10_000];
    const { topology, exchange, queue } = createRpc();
    const [caller, worker] = [await openUpBus(topology), await openUpBus(topology)];
    await collect(worker, queue, {
      concurrency: 100,
      prefetch: 500,
      outcome: ({ body }) => ({ kind: 'reply', body: Buffer.from(`re ${String(body)}`) }),
    });
    const startMs = performance.now();
    let [lost, crossed] = [0, 0];

    for (let wave = 0; wave < waves; wave += 1) {
      await Promise.all(
        Array.from({ length: requests }, async (_none, index) => {
          const reply = await caller
            .request(exchange, createMessage(String(index)), within(18_000))
            .catch(() => undefined);
          if (!reply) lost += 1;
          else if (String(reply.body) !== `re ${index}`) crossed += 1;
        }),
      );
    }

    const perSecond = Math.round((waves * requests * 1000) / (performance.now() - startMs));
    printFigures('F11', { requests: waves * requests, lost, crossed, 'per second': perSecond });
    expect({ lost, crossed }).to.deep.equal({ lost: 0, crossed: 0 });
    expect(caller.stats).to.deep.include({ pendingRequests: 0, lateReplies: 0, unconfirmed: 0 });
  });
});
