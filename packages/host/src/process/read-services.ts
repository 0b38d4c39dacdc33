import type { Bus } from '@restmapper/bus';
import type { Services } from './readiness.ts';

/** What a process serves, in the words of the file, and the object of the broker that each piece depends on. */
export type Served = readonly (readonly [service: string, object: string])[];

/** What a process serves, and what of it the broker keeps it from serving. */
export function readServices(served: Served, bus: Pick<Bus, 'unavailable'>): Services {
  const reasons = new Map(bus.unavailable.map(({ kind, name, reason }) => [`${kind} ${name}`, reason]));
  const unavailable = served.flatMap(([service, object]) => {
    const reason = reasons.get(object);
    return reason === undefined ? [] : [[service, `unavailable: ${reason}`] as const];
  });
  return { count: served.length, unavailable: new Map(unavailable) };
}

/** Why the bus has no way to the broker for some kind of message; `undefined` when it has all. */
export function findBrokenChannel({ unavailable }: Pick<Bus, 'unavailable'>): string | undefined {
  const broken = unavailable.find(({ kind }) => kind === 'channel');
  return broken && `no channel for ${broken.name}: ${broken.reason}`;
}
