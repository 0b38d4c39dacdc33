import type { TopologyUse } from '@restmapper/core';
import type { Model } from '@restmapper/endpoints';
import type { Privileges } from './privileges.ts';
import type { Served } from './read-services.ts';

/** The roles of a process. */
export type RoleName = 'start' | 'serve' | 'live' | 'work';

/** The spec of a role: its purpose and requirements. */
export interface RoleSpec {
  readonly name: RoleName;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Its default ports, as in the environment; without `adminPort`, PORT + 1000. */
  readonly ports: { readonly port?: string; readonly adminPort?: string };
  readonly needs: RoleNeeds;
  /** Whether single workers of the file can be selected. @default false */
  readonly choosesWorkers?: boolean;
  /**
   * Whether users of this machine may replay and delete dead letters, unless DEAD_LETTERS is set. @default
   * false
   */
  readonly opensDeadLetters?: boolean;
  /** The part of the topology that it uses, besides declaring it. */
  readonly use: (model: Model, workers?: readonly string[]) => TopologyUse;
  /** Its services, with the broker object that each depends on. */
  readonly serves: (model: Model, workers?: readonly string[]) => Served;
  /** Its users, if every role has its own. */
  readonly privileges?: Privileges;
}

/** The requirements of a role. */
export interface RoleNeeds {
  /** `shared`: it needs AMQP_URL; `any`: without one, the bus is embedded. */
  readonly bus: 'shared' | 'any';
  /**
   * Whether its workers may use a database. `any`: without DATABASE_URL it is embedded; `named`: without DATABASE_URL
   * it is embedded only if DATA_DIR says where.
   */
  readonly database: false | 'any' | 'named';
}
