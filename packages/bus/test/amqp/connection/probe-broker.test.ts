import { expect } from 'chai';
import { openBroker } from '../../../../../test/support/broker.ts';
import { use } from '../../../../../test/support/use.ts';
import { probeBroker } from '../../../src/amqp/connection/probe-broker.ts';
import { uniqueName } from '../fixtures.ts';

describe('probeBroker', function () {
  this.timeout(90_000);

  it('names the broker, what does not exist, and an alarm', async () => {
    const broker = use(await openBroker(), (broker) => broker.close());
    const queue = uniqueName();

    const well = await probeBroker(broker.url, { exchanges: ['amq.fanout'], queues: [queue] });
    await broker.rabbitmqctl('set_vm_memory_high_watermark', '0.0000001');
    const alarmed = await probeBroker(broker.url, { timeoutMs: 20_000 });

    expect(well).to.deep.include({ product: 'RabbitMQ', blocked: undefined, refused: [] });
    expect(well.missing).to.deep.equal([`queue ${queue}`]);
    expect(alarmed.blocked).to.contain('memory');
  });
});
