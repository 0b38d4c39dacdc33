import type { TopologyUse } from '@restmapper/core';
import type { Model } from '@restmapper/endpoints';
import type { Privileges } from './privileges.ts';
import type { Served } from './read-services.ts';

/** What a process can be run as. */
export type RoleName = 'start' | 'serve' | 'live' | 'work';

/** What a process of a role is there for, and what it takes; all that others ask about a role stands here. */
export interface RoleSpec {
  readonly name: RoleName;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Its default ports, spelt as in the environment; without `adminPort`, PORT + 1000. */
  readonly ports: { readonly port?: string; readonly adminPort?: string };
  readonly needs: RoleNeeds;
  /** Whether only some workers of the file can be chosen. @default false */
  readonly choosesWorkers?: boolean;
  /** Whether whoever is on this machine may replay and delete dead letters, unless DEAD_LETTERS says otherwise. @default false */
  readonly opensDeadLetters?: boolean;
  /** What of the topology it works with, besides declaring it. */
  readonly use: (model: Model, workers?: readonly string[]) => TopologyUse;
  /** What it serves, and the object of the broker that each piece depends on. */
  readonly serves: (model: Model, workers?: readonly string[]) => Served;
  /** Whom it connects as when every role has a user of its own. */
  readonly privileges?: Privileges;
}

/** What a role works with. */
export interface RoleNeeds {
  /** `shared`: it needs AMQP_URL; `any`: without one, the bus is embedded. */
  readonly bus: 'shared' | 'any';
  /** Whether it works with a database, an embedded one when there is no DATABASE_URL. */
  readonly database: boolean;
}
