import { type Bus, deadLetterQueue, type QueueDepth } from '@restmapper/bus';
import { formatTarget, type Model, type QueuePart, queuePartsOf, sourcesOf } from '@restmapper/endpoints';
import { askPeers, type Unreachable } from './peers.ts';
import type { FileReport } from '../process/file-report.ts';
import type { ProcessStatus, StatusReader } from '../process/process-status.ts';

/**
 * The whole system at one moment, as seen by this process.
 *
 * ```json
 * {"at":1795000000000,
 *  "routes":[{"key":"POST /messages/","delivery":"fanout","feed":"messages","workers":["messages_post"]}],
 *  "processes":[…],"unreachable":[{"peer":"http://10.0.0.7:9082","why":"connect ECONNREFUSED 10.0.0.7:9082"}],
 *  "queues":[{"name":"/messages/:POST","kind":"work","messages":3,"consumers":1},
 *            {"name":"check@eu#3","kind":"work","messages":0,"consumers":1,"partOf":"check","value":"eu"}]}
 * ```
 */
export interface SystemReport {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly routes: readonly SystemRoute[];
  /** This one first. */
  readonly processes: readonly ProcessStatus[];
  readonly unreachable: readonly Unreachable[];
  /** Empty while the broker does not respond. */
  readonly queues: readonly SystemQueue[];
  /** Only from a process that follows its files. */
  readonly files?: FileReport;
}

/** RabbitMQ counts one consumer of a queue with a single active one, however many processes stand by. */
export interface SystemQueue extends QueueDepth {
  /** Of one of several queues of a worker: the name that they have in common; of its dead letters, that with `.dead`. */
  readonly partOf?: string;
  /** The routing key of its messages. */
  readonly value?: string;
}

export interface SystemRoute {
  readonly key: string;
  readonly delivery: string;
  readonly feed: string | undefined;
  /** Of the file. */
  readonly workers: readonly string[];
  /** Another application's exchange or queue, if the messages go there: `queue legacy_quotes`. */
  readonly target?: string;
}

export interface ReporterOptions {
  readonly model: Model;
  readonly bus: Bus;
  readonly status: StatusReader;
  /** Admin URLs. */
  readonly peers: readonly string[];
}

/** The report is cached for about a second, whatever the number of clients. */
const freshMs = 1000;

/** Creates the reporter; requests within a second get the same report. */
export function createReporter(options: ReporterOptions): () => Promise<SystemReport> {
  const routes = routesOf(options.model);
  const parts = queuePartsOf(options.model);
  let report: Promise<SystemReport> | undefined;
  let staleAtMs = 0;
  return () => {
    if (report && performance.now() < staleAtMs) return report;
    staleAtMs = Number.POSITIVE_INFINITY;
    report = look(options, { routes, parts }).finally(() => {
      staleAtMs = performance.now() + freshMs;
    });
    return report;
  };
}

async function look(
  { bus, status, peers }: ReporterOptions,
  { routes, parts }: FileFacts,
): Promise<SystemReport> {
  const [itself, { processes, unreachable }, queues] = await Promise.all([
    status(),
    askPeers(peers),
    // The processes' checks show that the broker does not respond.
    bus.inspect().catch(() => []),
  ]);
  // Several names may point to one process, even to this one.
  const byId = new Map(
    [...processes, itself].map((process) => [`${process.id} ${process.startedAtMs}`, process]),
  );
  return {
    at: Date.now(),
    routes,
    processes: [...byId.values()],
    unreachable,
    queues: queues.map((queue) => ({ ...queue, ...partOf(queue, parts) })),
  };
}

/** What the report needs of the file. */
interface FileFacts {
  readonly routes: readonly SystemRoute[];
  readonly parts: ReadonlyMap<string, QueuePart>;
}

function partOf(
  { name, kind }: QueueDepth,
  parts: FileFacts['parts'],
): Pick<SystemQueue, 'partOf' | 'value'> {
  const isDead = kind === 'dead';
  const part = parts.get(isDead ? name.replace(/\.dead$/, '') : name);
  if (!part) return {};
  return {
    partOf: isDead ? deadLetterQueue(part.of) : part.of,
    ...(part.value !== undefined && { value: part.value }),
  };
}

function routesOf(model: Model): readonly SystemRoute[] {
  return sourcesOf(model).map(({ key, delivery, origin, feed }) => ({
    key,
    delivery: origin ? 'input' : delivery.kind,
    feed,
    workers: model.workers.filter(({ on }) => on === key).map(({ name }) => name),
    ...(delivery.foreign && { target: formatTarget(delivery.foreign) }),
  }));
}
