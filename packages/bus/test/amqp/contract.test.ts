import { amqpUrl, deleteTopology } from '../../../../test/support/amqp.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { openAmqpBus } from '../../src/amqp/amqp-bus.ts';
import { silentLog } from '../../src/log.ts';
import type { Topology } from '../../src/topology.ts';
import { describeBusContract } from '../contract/index.ts';

const seen = new WeakSet<Topology>();

describeBusContract('the bus over RabbitMQ', {
  async openBus(topology) {
    // Deleted after the last bus of the topology is closed, since the closing goes in reverse.
    if (!seen.has(topology)) use(topology, deleteTopology);
    seen.add(topology);
    const bus = openAmqpBus({ urls: [amqpUrl()], topology, name: 'contract', log: silentLog });
    await until(() => bus.status.state === 'up');
    return bus;
  },
});
