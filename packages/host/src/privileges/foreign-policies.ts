import { setTimeout as sleep } from 'node:timers/promises';
import type { QueuePolicy } from './broker-definitions.ts';
import { askManagement } from './management-api.ts';

/** A queue's policies in the management API; names are absent or null without a policy. */
interface GovernedQueue {
  readonly name: string;
  readonly policy?: string | null;
  readonly operator_policy?: string | null;
  /** An empty list without a policy. */
  readonly effective_policy_definition?: Readonly<Record<string, unknown>> | readonly never[];
}

export interface ForeignPoliciesOptions {
  readonly vhost: string;
  readonly queues: readonly { readonly name: string }[];
  /** The policy that should apply to them. */
  readonly own: QueuePolicy;
}

const namesShown = 3;
const patienceMs = 10_000;
const pauseMs = 200;

/**
 * Lists the operator's policies that still apply to queues, one sentence each: those with a higher priority,
 * and operator policies, which cannot be overridden.
 *
 * @throws BusError like `askManagement`.
 */
export async function findForeignPolicies(
  urls: readonly string[],
  { vhost, queues, own }: ForeignPoliciesOptions,
): Promise<readonly string[]> {
  const governed = await readPolicies(urls, { vhost, queues });
  const reached = new Map<string, string[]>();
  for (const queue of governed) {
    const sentence = describe(queue, own);
    if (sentence !== undefined) reached.set(sentence, [...(reached.get(sentence) ?? []), queue.name]);
  }
  return [...reached].map(([sentence, names]) => `${sentence} ${listOf(names)}`);
}

/** Polls until each queue has a policy, which a new queue gets soon after its creation. */
async function readPolicies(
  urls: readonly string[],
  { vhost, queues }: Pick<ForeignPoliciesOptions, 'vhost' | 'queues'>,
): Promise<readonly GovernedQueue[]> {
  const path = `/api/queues/${encodeURIComponent(vhost)}?columns=name,policy,operator_policy,effective_policy_definition`;
  const ours = new Set(queues.map(({ name }) => name));
  const endMs = performance.now() + patienceMs;
  for (;;) {
    // The documented response of RabbitMQ.
    const all = JSON.parse(await askManagement(urls, { method: 'GET', path })) as readonly GovernedQueue[];
    const governed = all.filter(({ name, policy }) => ours.has(name) && policy);
    if (governed.length >= ours.size || performance.now() > endMs) return governed;
    await sleep(pauseMs);
  }
}

function describe(queue: GovernedQueue, own: QueuePolicy): string | undefined {
  const { policy, operator_policy: operatorPolicy, effective_policy_definition: effective = {} } = queue;
  const rules = Object.entries(effective).filter(([key, value]) => own.definition[key] !== value);
  if (rules.length === 0) return undefined;
  const names = [
    ...(policy && policy !== own.name ? [`the policy ${policy}`] : []),
    ...(operatorPolicy ? [`the operator policy ${operatorPolicy}`] : []),
  ];
  const said = rules.map(([key, value]) => `${key} ${String(value)}`).join(', ');
  return `${names.join(' and ')} (${said}) applies to`;
}

function listOf(names: readonly string[]): string {
  const more = names.length - namesShown;
  return `${names.slice(0, namesShown).join(', ')}${more > 0 ? ` and ${more} more queues` : ''}`;
}
