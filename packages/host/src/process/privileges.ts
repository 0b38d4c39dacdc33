import type { Model } from '@restmapper/endpoints';

/** The users of RabbitMQ. */
export type BrokerUserName = 'gateway' | 'live' | 'worker';

/** The users of PostgreSQL that work with rows; another one owns the tables. */
export type DatabaseUserName = 'worker';

/** Whom a role connects as, and what that user may do. */
export interface Privileges {
  readonly broker: BrokerUser;
  readonly database?: DatabaseUser;
}

export interface BrokerUser {
  readonly name: BrokerUserName;
  /** `declared` are the names of all exchanges and queues of the file, dead letters included. */
  readonly rights: (model: Model, declared: readonly string[]) => BrokerRights;
}

/** The names for which a user may do something, besides queues of its own. @see https://www.rabbitmq.com/docs/access-control */
export interface BrokerRights {
  readonly configure: readonly string[];
  readonly write: readonly string[];
  readonly read: readonly string[];
}

export interface DatabaseUser {
  readonly name: DatabaseUserName;
  /** What it may do with the rows of each table, as GRANT takes it. */
  readonly tables: string;
  /** What it may do with each sequence. */
  readonly sequences: string;
}
