import { expect } from 'chai';
import { use } from '../../../../../test/support/use.ts';
import { readNewestOffset } from '../../../src/amqp/feeds/newest-offset.ts';
import { failureOf } from '../../contract/fixtures.ts';
import { openForeignChannel, uniqueName } from '../fixtures.ts';

const options = { durable: true, arguments: { 'x-queue-type': 'stream' } };

describe('the newest offset of a stream', () => {
  it('is not reported when the stream is replaced during the lookup', async () => {
    const [channel, operator] = [await openForeignChannel(), await openForeignChannel()];
    const { queue: stream } = await operator.assertQueue(uniqueName(), options);
    use(stream, async () => void (await operator.deleteQueue(stream)));
    await channel.prefetch(10);

    const failure = failureOf(readNewestOffset(channel, stream));
    // Answered once the consumer is there.
    await channel.checkQueue(stream);
    await operator.deleteQueue(stream);
    await operator.assertQueue(stream, options);

    expect(await failure).to.be.instanceOf(Error);
  });
});
