import { openBus } from '../parts/bus.ts';
import { openDatabase } from '../parts/database.ts';
import { checkWorkersOf, startWorkers } from '../parts/workers.ts';
import type { OpenRole } from './role.ts';

/** Opens workers. */
export const open: OpenRole = async (service) => {
  await checkWorkersOf(service);
  const db = await openDatabase(service);
  const bus = openBus(service);
  await startWorkers(service, { bus, db });
  return { urls: [], bus };
};
