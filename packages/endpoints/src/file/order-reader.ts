import { callPathFault } from '../model/call-path-check.ts';
import { parseCallPath } from '../model/call-path.ts';
import type { Worker } from '../model/model.ts';
import { partitionHeader } from '../model/message-route.ts';
import { nameFault } from '../model/names.ts';
import { queuesOf } from '../model/worker-queues.ts';
import { namesOf } from '../yaml/name-list.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { didYouMean } from '../yaml/suggestion.ts';
import type { WorkerSource } from './worker-source.ts';

const defaultPartitions = 8;

/** AMQP's limit for the name of a header. */
const maxHeaderBytes = 255;

/** Reads which queues a worker has, and which of them it consumes. */
export function readQueueParts(
  source: WorkerSource,
  queue: string,
  report: Report,
): Pick<Worker, 'values' | 'only' | 'order'> {
  const values = source.endpoint?.routing?.key?.values;
  const parts = {
    ...(values && { values }),
    ...readOnly(source, values, report),
    ...readOrder(source, report),
  };
  const fault = queuesOf({ queue, ...parts })
    .map(nameFault)
    .find((each) => each !== undefined);
  if (fault !== undefined && queuesOf({ queue, ...parts }).length > 1)
    report.atKey(source.pointer, `the name of one of its queues ${fault}`);
  else if (source.endpoint?.delivery.kind === 'fanout' && parts.order && headerBytes(queue) > maxHeaderBytes)
    report.atKey(
      source.pointer,
      `its queue must have at most ${maxHeaderBytes - headerBytes('')} bytes, since \`${partitionHeader('<queue>')}\` is a header`,
    );
  return parts;
}

function headerBytes(queue: string): number {
  return Buffer.byteLength(partitionHeader(queue));
}

function readOnly(
  { raw, pointer, endpoint }: WorkerSource,
  values: readonly string[] | undefined,
  report: Report,
): Pick<Worker, 'only'> {
  if (raw.only === undefined || !endpoint) return {};
  const place = extendPointer(pointer, 'only');
  if (!values) {
    // A mistake in the routing key is reported there.
    if (!endpoint.delivery.routingKey)
      report.atKey(place, `\`only\` needs a \`routingKey\` of \`${endpoint.key}\``);
    return {};
  }
  const only = raw.only.map(String);
  for (const [i, text] of only.entries()) {
    if (only.indexOf(text) < i) report.atValue(extendPointer(place, i), `\`${text}\` is in \`only\` already`);
    if (values.includes(text)) continue;
    const known = didYouMean(text, values) || `; the values are ${namesOf(values)}`;
    report.atValue(
      extendPointer(place, i),
      `\`${text}\` is not a value of the \`routingKey\` of \`${endpoint.key}\`${known}`,
    );
  }
  return { only };
}

function readOrder({ raw, pointer, endpoint }: WorkerSource, report: Report): Pick<Worker, 'order'> {
  const { orderingKey, partitions } = raw;
  const place = extendPointer(pointer, 'orderingKey');
  if (orderingKey === undefined) {
    if (partitions !== undefined)
      report.atKey(
        extendPointer(pointer, 'partitions'),
        '`partitions` only fits a worker with an `orderingKey`',
      );
    return {};
  }
  if (!endpoint) return {};
  if (endpoint.origin) {
    report.atKey(
      place,
      `the messages of \`${endpoint.key}\` come from other applications, which do not spread them by a key; publish them to an internal source, whose worker has the \`orderingKey\``,
    );
    return {};
  }
  const path = parseCallPath(orderingKey);
  const fault = typeof path === 'string' ? path : callPathFault(path, endpoint);
  if (fault !== undefined) report.atValue(place, fault);
  if (typeof path === 'string') return {};
  return { order: { path, partitions: partitions ?? defaultPartitions } };
}
