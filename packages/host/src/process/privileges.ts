import type { Model } from '@restmapper/endpoints';

/** The users of RabbitMQ. */
export type BrokerUserName = 'gateway' | 'live' | 'worker';

/** The users of PostgreSQL for rows; another one owns the tables. */
export type DatabaseUserName = 'worker';

/** The user of a role, and its rights. */
export interface Privileges {
  readonly broker: BrokerUser;
  readonly database?: DatabaseUser;
}

export interface BrokerUser {
  readonly name: BrokerUserName;
  /** `declared` are the names of all exchanges and queues of the file, dead letters included. */
  readonly rights: (model: Model, declared: readonly string[]) => BrokerRights;
}

/**
 * The object names per kind of permission, besides the user's own queues. @see
 * https://www.rabbitmq.com/docs/access-control
 */
export interface BrokerRights {
  readonly configure: readonly string[];
  readonly write: readonly string[];
  readonly read: readonly string[];
}

export interface DatabaseUser {
  readonly name: DatabaseUserName;
  /** Its rights on each table's rows, in the syntax of GRANT. */
  readonly tables: string;
  /** Its rights on each sequence. */
  readonly sequences: string;
}
