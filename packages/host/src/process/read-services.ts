import type { Bus } from '@restmapper/bus';
import type { Services } from './readiness.ts';

/** The endpoints, feeds or workers that a process serves, with the broker object that each depends on. */
export type Served = readonly (readonly [service: string, object: string])[];

/** The services of a process, and those made unavailable by the broker. */
export function readServices(served: Served, bus: Pick<Bus, 'unavailable'>): Services {
  const reasons = new Map(bus.unavailable.map(({ kind, name, reason }) => [`${kind} ${name}`, reason]));
  const unavailable = served.flatMap(([service, object]) => {
    const reason = reasons.get(object);
    return reason === undefined ? [] : [[service, `unavailable: ${reason}`] as const];
  });
  return { count: served.length, unavailable: new Map(unavailable) };
}

/** Why the bus has no channel for some kind of message; `undefined` if it has all. */
export function findBrokenChannel({ unavailable }: Pick<Bus, 'unavailable'>): string | undefined {
  const broken = unavailable.find(({ kind }) => kind === 'channel');
  return broken && `no channel for ${broken.name}: ${broken.reason}`;
}
