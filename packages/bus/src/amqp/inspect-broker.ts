import { type Topology, within } from '@restmapper/core';
import { BusError } from '../contract/errors.ts';
import type { BrokerInspection, ProbedRights } from '../contract/inspection.ts';
import { RecoveringConnection } from './connection/recovering-connection.ts';
import { inspectTopology } from './topology/inspect-topology.ts';

export interface InspectBrokerOptions {
  /** Nodes of one RabbitMQ cluster; each is tried once. */
  readonly urls: readonly string[];
  readonly topology: Topology;
  /** The rights that the user should have. @default none */
  readonly rights?: ProbedRights;
  /** Other queues to look for; in each list, no further once one is missing. @default none */
  readonly others?: readonly (readonly string[])[];
  /** How long all of it may take. @default 9000 */
  readonly timeoutMs?: number;
}

/**
 * Compares a topology with RabbitMQ, as its user sees it; changes nothing.
 *
 * It needs no management API, but finds only the objects that the topology names.
 * @throws BusError BROKER_UNAVAILABLE, with the reason, if the broker does not answer in time.
 */
export async function inspectBroker({
  urls,
  topology,
  rights = { publishes: [], reads: [] },
  others = [],
  timeoutMs = 9000,
}: InspectBrokerOptions): Promise<BrokerInspection> {
  const closing = new AbortController();
  const connection = new RecoveringConnection({
    urls,
    name: 'restmapper inspection',
    heartbeatSeconds: 10,
    connectTimeoutMs: 4000,
    declare: async () => {},
  });
  const inspecting = connection
    .available(closing.signal)
    .then(({ model, signal }) => inspectTopology(model, { topology, rights, others, signal }));
  const failed = new Promise<never>((_resolve, reject) => {
    let attempts = 0;
    connection.onChange(() => {
      attempts += connection.status.state === 'down' ? 1 : 0;
      if (attempts >= urls.length) reject(new BusError('BROKER_UNAVAILABLE', connection.status.reason));
    });
  });
  const late = (): Error => new BusError('BROKER_UNAVAILABLE', connection.status.reason || 'it is too slow');
  try {
    return await within(late, Promise.race([inspecting, failed]), { timeoutMs });
  } catch (error) {
    if (error instanceof BusError) throw error;
    throw new BusError('BROKER_UNAVAILABLE', error instanceof Error ? error.message : String(error));
  } finally {
    closing.abort();
    await connection.close(1000);
  }
}
