import { type BrokerInspection, needsOf, planTopology, type ProbedRights } from '@restmapper/bus';
import { type Model, topologyOf } from '@restmapper/endpoints';
import { live } from '../roles/live.ts';
import type { Role } from '../roles/role.ts';
import { serve } from '../roles/serve.ts';
import { work } from '../roles/work.ts';
import type { LiveFinding } from './live-finding.ts';

/** The rights that a process of a role needs on RabbitMQ to do its work, besides declaring what is missing. */
export function rightsOf(role: Role, model: Model): ProbedRights {
  const parts = role.privileges ? [role] : [serve, work, live];
  const topology = topologyOf(model);
  const { exchanges, queues } = planTopology(topology);
  const declared = [...exchanges, ...queues].map(({ name }) => name);
  const publishes = parts.flatMap(({ privileges, use }) => {
    const granted = new Set(privileges?.broker.rights(model, declared).write);
    const needs = needsOf(topology, use(model)).exchanges;
    return [...needs].filter((name) => granted.has(name));
  });
  return {
    publishes: [...new Set(publishes)],
    reads: [...new Set(parts.flatMap(({ use }) => use(model).queues))],
  };
}

/** The rights that the user lacks. */
export function rightsFindings(
  { missingRights }: BrokerInspection,
  { role, user }: { readonly role: Role; readonly user: string },
): readonly LiveFinding[] {
  return missingRights.map(([right, name]) => {
    const kind = right === 'publish' ? 'exchange' : 'queue';
    const permission = right === 'publish' ? 'write' : 'read';
    return {
      code: 'LIVE_RIGHT_MISSING',
      object: { kind, name },
      message: `the user ${user} lacks the right \`${permission}\` on the ${kind} ${name}, which \`${role.name}\` needs; \`restmapper topology apply\` grants it to the user of the role`,
    };
  });
}
