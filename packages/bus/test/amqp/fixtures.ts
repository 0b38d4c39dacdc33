import { randomUUID } from 'node:crypto';
import type { Channel } from 'amqplib';
import { amqpUrl, deleteTopology, openAmqp } from '../../../../test/support/amqp.ts';
import { openTcpProxy } from '../../../../test/support/tcp-proxy.ts';
import type { TcpProxy } from '../../../../test/support/tcp-proxy.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { openAmqpBus } from '../../src/amqp/amqp-bus.ts';
import type { AmqpBusOptions } from '../../src/amqp/amqp-bus-options.ts';
import type { Bus } from '../../src/contract/bus.ts';
import { silentLog } from '@restmapper/core';
import type { Topology } from '@restmapper/core';

const declared = new WeakSet<Topology>();

/** Opens a bus that may not be up yet; it and what it declares are removed after the test. */
export function openBus(topology: Topology, options: Partial<AmqpBusOptions> = {}): Bus {
  // Deleted after the last bus of the topology is closed, since resources close in reverse order.
  if (!declared.has(topology)) use(topology, deleteTopology);
  declared.add(topology);
  const bus = openAmqpBus({ urls: [amqpUrl()], topology, name: 'test', log: silentLog, ...options });
  return use(bus, () => bus.close({ timeoutMs: 2000 }));
}

export async function openUpBus(topology: Topology, options: Partial<AmqpBusOptions> = {}): Promise<Bus> {
  const bus = openBus(topology, options);
  await untilUp(bus);
  return bus;
}

export async function untilUp(bus: Bus, timeoutMs = 10_000): Promise<void> {
  await until(() => bus.status.state === 'up', { timeoutMs });
}

/** Opens a proxy in front of the broker, which ends with the test. */
export async function openBrokerProxy(): Promise<TcpProxy> {
  const { hostname, port } = new URL(amqpUrl());
  const proxy = await openTcpProxy({ host: hostname, port: Number(port || 5672) });
  return use(proxy, () => proxy.close());
}

export function urlThrough(proxy: TcpProxy, change: (url: URL) => void = () => {}): string {
  const url = new URL(amqpUrl());
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  change(url);
  return url.href;
}

/** A channel of the test's own, as another program would open it. */
export async function openForeignChannel(): Promise<Channel> {
  const model = use(await openAmqp(), (model) => model.close());
  const channel = await model.createChannel();
  channel.on('error', () => {});
  return channel;
}

/** A name that no other test uses. */
export function uniqueName(): string {
  return `amqp/${randomUUID()}`;
}
