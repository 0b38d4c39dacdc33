import { createHash, randomBytes } from 'node:crypto';
import { planTopology } from '@restmapper/bus';
import { type Model, topologyOf } from '@restmapper/endpoints';
import type { BrokerRights, BrokerUserName } from '../process/privileges.ts';
import { roles } from '../roles/roles.ts';
import { bindingsOf } from './binding-differences.ts';
import { foreignRights } from './foreign-rights.ts';

const users = Object.values(roles).flatMap(({ privileges, use }) =>
  privileges ? [{ ...privileges.broker, use }] : [],
);

/** Those who connect to RabbitMQ, by what their roles say; workers are also who declare everything. */
export const brokerUsers: readonly BrokerUserName[] = users.map(({ name }) => name);

export interface DefinitionsOptions {
  /** Before the role in each user's name. */
  readonly prefix: string;
  readonly vhost: string;
  readonly passwords: Readonly<Record<BrokerUserName, string>>;
}

/** Regular expressions of the names for which a user may do something. @see https://www.rabbitmq.com/docs/access-control */
interface Permission {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

/** Definitions of RabbitMQ, of which others read these. */
export interface BrokerDefinitions {
  readonly queues: readonly { readonly name: string }[];
  readonly policies: readonly [QueuePolicy & Readonly<Record<string, unknown>>];
  readonly [section: string]: unknown;
}

export interface QueuePolicy {
  readonly name: string;
  readonly definition: Readonly<Record<string, unknown>>;
}

/** Only one policy applies to a queue: that of the highest priority. */
const policyPriority = 1000;

/**
 * What `rabbitmqctl import_definitions` takes: users with what each may do, everything that the
 * processes need to find, and a policy that keeps those of an operator for all queues away from these.
 *
 * | user | may |
 * |---|---|
 * | gateway | publish to the endpoints' exchanges; have a reply queue of its own |
 * | live | read the feeds; have a reply queue that nobody writes to |
 * | worker | declare, write and read all that belongs to the file, dead letters included |
 *
 * To exchanges of others, each may publish and bind what it uses.
 */
export function brokerDefinitions(
  model: Model,
  { prefix, vhost, passwords }: DefinitionsOptions,
): BrokerDefinitions {
  const topology = topologyOf(model);
  const plan = planTopology(topology);
  const declared = [...new Set([...plan.exchanges, ...plan.queues].map(({ name }) => name))];
  return {
    users: users.map(({ name }) => userOf(`${prefix}_${name}`, passwords[name])),
    vhosts: [{ name: vhost }],
    policies: [
      {
        ...queuePolicy(prefix),
        vhost,
        pattern: anyOf(plan.queues.map(({ name }) => escape(name))),
        'apply-to': 'queues',
        priority: policyPriority,
      },
    ],
    permissions: users.map(({ name, rights, use }) => ({
      user: `${prefix}_${name}`,
      vhost,
      ...permissionOf([rights(model, declared), foreignRights(topology, use(model))]),
    })),
    exchanges: plan.exchanges.map(({ name, type, alternateExchange }) => ({
      ...kept,
      name,
      vhost,
      type,
      internal: false,
      arguments: alternateExchange === undefined ? {} : { 'alternate-exchange': alternateExchange },
    })),
    queues: plan.queues.map(({ name, arguments: args }) => ({ ...kept, name, vhost, arguments: args })),
    bindings: bindingsOf(plan).map((binding) => ({ ...binding, vhost })),
  };
}

function userOf(name: string, password: string) {
  return {
    name,
    password_hash: hashPassword(password),
    hashing_algorithm: 'rabbit_password_hashing_sha256',
    tags: [],
  };
}

/** A policy cannot be empty: this one says what every queue of the file that has a bound says itself. */
function queuePolicy(prefix: string): QueuePolicy {
  return { name: `${prefix}_queues`, definition: { overflow: 'reject-publish' } };
}

/** As the processes declare everything. */
const kept = { durable: true, auto_delete: false, arguments: {} };

/** What RabbitMQ names a queue that its client leaves to it to name. */
const ownQueue = /amq\.gen-.*/.source;

function permissionOf(rights: readonly BrokerRights[]): Permission {
  const allowing = (what: keyof BrokerRights): string => {
    const names = new Set(rights.flatMap((each) => each[what]));
    return anyOf([ownQueue, ...[...names].map(escape)]);
  };
  return { configure: allowing('configure'), write: allowing('write'), read: allowing('read') };
}

function anyOf(expressions: readonly string[]): string {
  return `^(${expressions.join('|')})$`;
}

function escape(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

/** A random salt and the SHA-256 of it and the password. @see https://www.rabbitmq.com/docs/passwords */
export function hashPassword(password: string, salt: Buffer = randomBytes(4)): string {
  const hash = createHash('sha256').update(salt).update(password, 'utf8').digest();
  return Buffer.concat([salt, hash]).toString('base64');
}
