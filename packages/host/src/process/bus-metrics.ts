import type { Bus } from '@restmapper/bus';
import { Counter, Gauge, type Registry } from 'prom-client';

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly read: (bus: Bus) => number;
}

const gauges: readonly Metric[] = [
  {
    name: 'restmapper_bus_up',
    help: '1 while messages can be sent, else 0.',
    read: ({ status }) => Number(status.state === 'up'),
  },
  {
    name: 'restmapper_bus_blocked',
    help: '1 while the broker blocks publishers because of a memory or disk alarm, else 0.',
    read: ({ status }) => Number(status.state === 'blocked'),
  },
  {
    name: 'restmapper_bus_unavailable',
    help: 'Exchanges, queues and channels that cannot be used although the connection is up.',
    read: ({ unavailable }) => unavailable.length,
  },
  {
    name: 'restmapper_bus_unconfirmed_messages',
    help: 'Messages sent and not yet confirmed.',
    read: ({ stats }) => stats.unconfirmed,
  },
  {
    name: 'restmapper_bus_pending_requests',
    help: 'Requests that wait for a reply.',
    read: ({ stats }) => stats.pendingRequests,
  },
];

const counters: readonly Metric[] = [
  {
    name: 'restmapper_bus_late_replies_total',
    help: 'Replies that arrived after their request had ended.',
    read: ({ stats }) => stats.lateReplies,
  },
  {
    name: 'restmapper_bus_late_requests_total',
    help: 'Requests dropped because their deadline had passed.',
    read: ({ stats }) => stats.lateRequests,
  },
  {
    name: 'restmapper_bus_expired_events_total',
    help: 'Events dropped because they had expired.',
    read: ({ stats }) => stats.expiredEvents,
  },
  {
    name: 'restmapper_bus_reconnects_total',
    help: 'How often the connection was lost and reopened.',
    read: ({ stats }) => stats.reconnects,
  },
];

/** Exports the state and the counts of a bus, as of each scrape. */
export function registerBusMetrics(registry: Registry, bus: Bus): void {
  const registers = [registry];
  for (const { name, help, read } of gauges) {
    const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(read(bus)) });
  }
  for (const { name, help, read } of counters) {
    const counter: Counter = new Counter({
      name,
      help,
      registers,
      collect() {
        counter.reset();
        counter.inc(read(bus));
      },
    });
  }
}
