import { type Bus, BusError, type LeftBehind } from '@restmapper/bus';
import { type Log, settlesWithin } from '@restmapper/core';
import { memoryTopologyOf, type Model, topologyOf } from '@restmapper/endpoints';
import { readServices, type Served } from '../process/read-services.ts';
import type { Service } from '../process/service.ts';
import { joinTopologies, joinUses } from './join-topologies.ts';
import type { Generation, Part } from './part.ts';
import { reportLeftBehind } from './report-left-behind.ts';

/** How long the broker may take to declare what the next generation adds; and how long to wait while it is away. */
const declareMs = 10_000;
const awayMs = 500;

/**
 * The topology of a system's bus: that of the current generation, and of earlier ones until they have finished.
 */
export function topologyPart(service: Service, bus: Bus): Part {
  const { role, workers, log } = service;
  // One model may come back while its first generation is still finishing.
  const topologyFor = bus.system === 'memory' ? memoryTopologyOf : topologyOf;
  let current: Generation = { model: service.model };
  const needed = new Set([current]);
  const declare = (): Promise<LeftBehind> => {
    const models = [...needed].map(({ model }) => model);
    return bus.replaceTopology({
      topology: joinTopologies(models.map(topologyFor)),
      use: joinUses(models.map((model) => role.use(model, workers))),
    });
  };
  const drop = async (generation: Generation): Promise<LeftBehind | undefined> => {
    needed.delete(generation);
    return await declare().catch(logKept(log));
  };
  const faultsOf = (model: Model): ReadonlyMap<string, string> =>
    readServices(ownServices(role.serves(model, workers), model), bus).unavailable;
  return {
    async prepare({ model }) {
      const [before, next] = [current, { model }];
      const known = faultsOf(model);
      needed.add(next);
      try {
        await untilDeclared(declare(), bus);
        const [fault] = [...faultsOf(model)].filter(([name]) => !known.has(name));
        if (fault) throw new BusError('NOT_DECLARED', `${fault[0]} is ${fault[1]}`);
      } catch (error) {
        await settlesWithin(drop(next), declareMs);
        throw error;
      }
      return {
        adopt: () => void (current = next),
        retire: async () => reportLeftBehind(await drop(before), service),
        discard: async () => void (await drop(next)),
      };
    },
  };
}

/** Without those that depend on another application: what is missing of it may appear later, and all else goes on. */
function ownServices(served: Served, model: Model): Served {
  const { exchanges = [], queues = [], consumed = [] } = topologyOf(model).foreign ?? {};
  const foreign = new Set([
    ...exchanges.map((name) => `exchange ${name}`),
    ...[...queues, ...consumed.map(({ name }) => name)].map((name) => `queue ${name}`),
  ]);
  return served.filter(([, object]) => !foreign.has(object));
}

function logKept(log: Log): (error: unknown) => undefined {
  return (error) => {
    log.debug({ err: error }, 'the topology of an earlier generation is still declared');
    return undefined;
  };
}

/** While the broker is away, the new topology counts at once and is declared later. @throws BusError */
async function untilDeclared(declaring: Promise<unknown>, bus: Bus): Promise<void> {
  const isSettled = await settlesWithin(declaring, bus.status.state === 'down' ? awayMs : declareMs);
  if (isSettled) await declaring;
  else if (bus.status.state !== 'down')
    throw new BusError('BROKER_UNAVAILABLE', 'the broker does not answer');
}
