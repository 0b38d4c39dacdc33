import { type Bus, BusError } from '@restmapper/bus';
import { settlesWithin } from '@restmapper/core';
import { type Model, topologyOf } from '@restmapper/endpoints';
import { readServices } from '../process/read-services.ts';
import type { Service } from '../process/service.ts';
import { joinTopologies, joinUses } from './join-topologies.ts';
import type { Generation, Part } from './part.ts';

/** How long the broker may take to declare what the next generation adds; and how long to wait while it is away. */
const declareMs = 10_000;
const awayMs = 500;

/**
 * The topology of a system's bus: that of the current generation, and of earlier ones until they have finished.
 */
export function topologyPart(service: Service, bus: Bus): Part {
  const { role, workers, log } = service;
  // One model may come back while its first generation is still finishing.
  let current: Generation = { model: service.model };
  const needed = new Set([current]);
  const declare = async (): Promise<void> => {
    const models = [...needed].map(({ model }) => model);
    await bus.replaceTopology({
      topology: joinTopologies(models.map((model) => topologyOf(model))),
      use: joinUses(models.map((model) => role.use(model, workers))),
    });
  };
  const drop = async (generation: Generation): Promise<void> => {
    needed.delete(generation);
    await declare().catch((error: unknown) => {
      log.debug({ err: error }, 'the topology of an earlier generation is still declared');
    });
  };
  const faultsOf = (model: Model): ReadonlyMap<string, string> =>
    readServices(role.serves(model, workers), bus).unavailable;
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
        retire: () => drop(before),
        discard: () => drop(next),
      };
    },
  };
}

/** While the broker is away, the new topology counts at once and is declared later. @throws BusError */
async function untilDeclared(declaring: Promise<void>, bus: Bus): Promise<void> {
  const isSettled = await settlesWithin(declaring, bus.status.state === 'down' ? awayMs : declareMs);
  if (isSettled) return await declaring;
  if (bus.status.state !== 'down') throw new BusError('BROKER_UNAVAILABLE', 'the broker does not answer');
}
