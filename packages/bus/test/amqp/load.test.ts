import { expect } from 'chai';
import { withChannel } from '../../../../test/support/amqp.ts';
import { ack, createEvents, createMessage, within } from '../contract/fixtures.ts';
import { openUpBus } from './fixtures.ts';

describe('the bus under load', () => {
  it('leaves nothing behind when it closes right after 5,000 acks', async () => {
    const { topology, exchange, queue } = createEvents();
    const [publisher, worker] = [await openUpBus(topology), await openUpBus(topology)];
    for (let published = 0; published < 5000; published += 500) {
      await Promise.all(
        Array.from({ length: 500 }, () => publisher.publish(exchange, createMessage('x'), within())),
      );
    }
    let worked = 0;
    const done = new Promise<void>((resolve) => {
      worker.consume(
        queue,
        async (batch) => {
          worked += batch.length;
          if (worked >= 5000) setImmediate(resolve);
          return batch.map(() => ack);
        },
        { batchSize: 100, concurrency: 4 },
      );
    });

    await done;
    await worker.close();

    expect(worked).to.equal(5000);
    const { messageCount } = await withChannel((channel) => channel.checkQueue(queue));
    expect(messageCount).to.equal(0);
  });
});
