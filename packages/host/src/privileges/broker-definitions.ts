import { createHash, randomBytes } from 'node:crypto';
import { type BrokerTopology, planTopology } from '@restmapper/bus';
import { type Model, topologyOf } from '@restmapper/endpoints';
import type { BrokerRights, BrokerUserName } from '../process/privileges.ts';
import { roles } from '../roles/roles.ts';

const users = Object.values(roles).flatMap(({ privileges }) => privileges?.broker ?? []);

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
 */
export function brokerDefinitions(
  model: Model,
  { prefix, vhost, passwords }: DefinitionsOptions,
): BrokerDefinitions {
  const topology = planTopology(topologyOf(model));
  const declared = [...new Set([...topology.exchanges, ...topology.queues].map(({ name }) => name))];
  return {
    users: users.map(({ name }) => ({
      name: `${prefix}_${name}`,
      password_hash: hashPassword(passwords[name]),
      hashing_algorithm: 'rabbit_password_hashing_sha256',
      tags: [],
    })),
    vhosts: [{ name: vhost }],
    policies: [
      {
        ...queuePolicy(prefix),
        vhost,
        pattern: anyOf(topology.queues.map(({ name }) => escape(name))),
        'apply-to': 'queues',
        priority: policyPriority,
      },
    ],
    permissions: users.map(({ name, rights }) => ({
      user: `${prefix}_${name}`,
      vhost,
      ...permissionOf(rights(model, declared)),
    })),
    exchanges: topology.exchanges.map(({ name, type, alternateExchange }) => ({
      ...kept,
      name,
      vhost,
      type,
      internal: false,
      arguments: alternateExchange === undefined ? {} : { 'alternate-exchange': alternateExchange },
    })),
    queues: topology.queues.map(({ name, arguments: args }) => ({ ...kept, name, vhost, arguments: args })),
    bindings: bindingsOf(topology, vhost),
  };
}

function bindingsOf({ bindings, exchangeBindings }: BrokerTopology, vhost: string) {
  const ofQueues = bindings.map(({ exchange, queue, ...rule }) => ({
    source: exchange,
    destination: queue,
    destination_type: 'queue' as const,
    rule,
  }));
  const ofExchanges = exchangeBindings.map(({ source, destination, ...rule }) => ({
    source,
    destination,
    destination_type: 'exchange' as const,
    rule,
  }));
  return [...ofQueues, ...ofExchanges].map(({ rule, ...ends }) => ({
    vhost,
    ...ends,
    routing_key: rule.routingKey,
    arguments: rule.arguments ?? {},
  }));
}

/** A policy cannot be empty: this one says what every queue of the file that has a bound says itself. */
function queuePolicy(prefix: string): QueuePolicy {
  return { name: `${prefix}_queues`, definition: { overflow: 'reject-publish' } };
}

/** As the processes declare everything. */
const kept = { durable: true, auto_delete: false, arguments: {} };

/** What RabbitMQ names a queue that its client leaves to it to name. */
const ownQueue = /amq\.gen-.*/.source;

function permissionOf({ configure, write, read }: BrokerRights): Permission {
  const allowing = (names: readonly string[]): string => anyOf([ownQueue, ...names.map(escape)]);
  return { configure: allowing(configure), write: allowing(write), read: allowing(read) };
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
