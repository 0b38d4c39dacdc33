import { MemoryBroker } from '../../src/memory/memory-broker.ts';
import { openMemoryBus } from '../../src/memory/open-memory-bus.ts';
import { describeBusContract } from '../contract/index.ts';

const broker = new MemoryBroker();

describeBusContract('the memory bus (F27)', {
  openBus: async (topology) => openMemoryBus({ topology, broker }),
});
