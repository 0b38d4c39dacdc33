import type { Log, Topology, TopologyUse } from '@restmapper/core';

export interface AmqpBusOptions {
  /** Nodes of one RabbitMQ cluster, `amqp://` or `amqps://`. */
  readonly urls: readonly string[];
  readonly topology: Topology;
  /** What of the topology has to be there. @default all of it */
  readonly use?: TopologyUse;
  /** What the broker's operator sees; each of the two connections adds its purpose. */
  readonly name: string;
  readonly log: Log;
  /** How often either side shows that it is there; it is taken for gone after two in silence. @default 10 */
  readonly heartbeatSeconds?: number;
  /** @default 5000 */
  readonly connectTimeoutMs?: number;
  /**
   * The first pause before objects that the broker refused are declared again; it grows to three times
   * that, and each is drawn up to twice as long. @default 5000
   */
  readonly redeclareMs?: number;
  /** The pause before exchanges of other applications that were there are looked up again. @default 10000 */
  readonly recheckMs?: number;
  /**
   * How long a feed cannot be read, although the bus is up, before its followers are told so; a cluster takes some
   * seconds to give a stream another leader, and nothing is lost then. @default 10000
   */
  readonly unreadableAfterMs?: number;
}
