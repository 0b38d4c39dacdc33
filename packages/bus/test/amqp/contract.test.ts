import { deleteTopology } from '../../../../test/support/amqp.ts';
import { describeBusContract } from '../contract/index.ts';
import { openUpBus } from './fixtures.ts';

describeBusContract('the bus over RabbitMQ', {
  openBus: (topology) => openUpBus(topology),
  remove: deleteTopology,
});
