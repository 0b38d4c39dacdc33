import type { Depth } from '@restmapper/bus';
import type { QueueSpec } from '@restmapper/core';
import { type Model, type QueuePart, queuePartsOf, topologyOf } from '@restmapper/endpoints';
import type { LiveFinding } from './live-finding.ts';

/** Queues of one kind that have no consumer: one, or parts of one worker for the same value. */
interface Unconsumed {
  readonly kind: QueueSpec['kind'];
  /** For messages: `queue orders`, `queues of check for eu`. */
  readonly title: string;
  readonly names: readonly string[];
  readonly messages: number;
}

/** Queues that a worker should consume, and none does; the partitions of a queue together. */
export function unconsumedFindings(
  model: Model,
  depthOf: (queue: string) => Depth | undefined,
): readonly LiveFinding[] {
  return unconsumedOf(model, depthOf).map(({ kind, title, names: [name = ''], messages }) => {
    const wait = messages === 1 ? 'message waits' : 'messages wait';
    const waiting = kind === 'rpc' ? 'its calls are answered 503' : `${messages} ${wait}`;
    return {
      code: 'LIVE_UNCONSUMED',
      object: { kind: 'queue', name },
      message: `no worker consumes the ${title}: ${waiting}; start \`restmapper work\``,
      messages,
    };
  });
}

function unconsumedOf(model: Model, depthOf: (queue: string) => Depth | undefined): readonly Unconsumed[] {
  const parts = queuePartsOf(model);
  const groups = new Map<string, Unconsumed>();
  for (const { kind, name } of topologyOf(model).queues) {
    const depth = depthOf(name);
    if (kind === 'feed' || kind === 'unrouted' || depth === undefined || depth.consumers > 0) continue;
    const title = titleOf(name, parts.get(name));
    const { names = [], messages = 0 } = groups.get(title) ?? {};
    groups.set(title, { kind, title, names: [...names, name], messages: messages + depth.messages });
  }
  return [...groups.values()];
}

function titleOf(name: string, part: QueuePart | undefined): string {
  if (part === undefined) return `queue ${name}`;
  return part.value === undefined ? `partitions of ${part.of}` : `queues of ${part.of} for ${part.value}`;
}
