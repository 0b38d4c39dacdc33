import type { Bus } from '@restmapper/bus';
import type { Model } from '@restmapper/endpoints';
import type { Services } from './readiness.ts';
import type { Role } from './role.ts';

export interface ServicesOptions {
  readonly model: Model;
  readonly role: Role;
  readonly bus: Pick<Bus, 'unavailable'>;
  /** Those that run here. @default all of the file */
  readonly workers?: readonly string[] | undefined;
}

/** What a process serves, and what of it the broker keeps it from serving, in the words of the file. */
export function readServices({ bus, ...process }: ServicesOptions): Services {
  const reasons = new Map(bus.unavailable.map(({ kind, name, reason }) => [`${kind} ${name}`, reason]));
  const served = servedBy(process);
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

type Served = readonly (readonly [service: string, object: string])[];

/** What a process serves, and the object of the broker that each piece depends on. */
function servedBy({ model, role, workers }: Omit<ServicesOptions, 'bus'>): Served {
  const running = model.workers.filter(({ name }) => workers?.includes(name) ?? true);
  const endpoints: Served = model.endpoints.map(({ key, exchange }) => [
    `endpoint ${key}`,
    `exchange ${exchange}`,
  ]);
  const feeds: Served = model.feeds.map(({ name, queue }) => [`feed ${name}`, `queue ${queue}`]);
  const work: Served = running.map(({ name, queue }) => [`worker ${name}`, `queue ${queue}`]);
  return { serve: endpoints, live: feeds, work, start: [...endpoints, ...feeds, ...work] }[role];
}
