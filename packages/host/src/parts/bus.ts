import { hostname } from 'node:os';
import { type Bus, openAmqpBus, openMemoryBus } from '@restmapper/bus';
import { memoryTopologyOf, topologyOf } from '@restmapper/endpoints';
import { registerBusMetrics } from '../process/bus-metrics.ts';
import { findBrokenChannel, readServices } from '../process/read-services.ts';
import type { Service } from '../process/service.ts';

/** Opens RabbitMQ, or the bus in memory when there is no AMQP_URL; all parts use what `wrap` makes of it. */
export function openBus<B extends Bus>(service: Service, wrap: (bus: Bus) => B): B;
export function openBus(service: Service): Bus;
export function openBus(service: Service, wrap = (bus: Bus): Bus => bus): Bus {
  const { role, workers, settings, model, log, registry, readiness, closers } = service;
  const use = role.use(model, workers);
  const { amqpUrls: urls } = settings;
  const name = `restmapper ${role.name} ${hostname()} ${process.pid}`;
  const bus = wrap(
    urls.length > 0
      ? openAmqpBus({ urls, topology: topologyOf(model), use, log, name })
      : openMemoryBus({ topology: memoryTopologyOf(model), log }),
  );
  readiness.add('bus', () =>
    bus.status.state === 'up' ? findBrokenChannel(bus) : `${bus.status.state}: ${bus.status.reason}`,
  );
  readiness.addServices(() => readServices(role.serves(service.model, workers), bus));
  registerBusMetrics(registry, bus);
  return closers.add('bus', bus, (bus, timeoutMs) => bus.close({ timeoutMs }));
}
