import { openBus } from '../parts/bus.ts';
import { connectionsPart, openWhenUsed } from '../parts/database.ts';
import { together } from '../parts/part.ts';
import { topologyPart } from '../parts/topology.ts';
import { checkWorkersOf, startWorkers } from '../parts/workers.ts';
import type { OpenRole } from './role.ts';

/** Opens workers. */
export const open: OpenRole = async (service) => {
  await checkWorkersOf(service);
  const { db, part: opening } = await openWhenUsed(service);
  const bus = openBus(service);
  const workers = await startWorkers(service, { bus, db });
  const part = together([opening, workers, connectionsPart(service, db), topologyPart(service, bus)]);
  return { urls: [], bus, part };
};
