/** A report of `/system/v1/` about the whole system at one moment. */
export interface SystemReport {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly routes: readonly SystemRoute[];
  readonly processes: readonly SystemProcess[];
  readonly unreachable: readonly { readonly peer: string; readonly why: string }[];
  readonly queues: readonly SystemQueue[];
  /** What the process says about its files, if it follows them. */
  readonly files: SystemFiles | undefined;
}

export interface SystemFiles {
  readonly file: string;
  readonly valid: boolean;
  /** Why not; without `problems`, the text to show. */
  readonly message: string;
  readonly problems: readonly FileProblem[];
}

export interface FileProblem {
  /** `endpoints.yaml:3:5` */
  readonly place: string;
  readonly message: string;
  /** The lines around it. */
  readonly frame: string;
}

export interface SystemRoute {
  readonly key: string;
  readonly delivery: string;
  readonly feed: string | undefined;
  readonly workers: readonly string[];
  /** What of another application gets its messages. */
  readonly target: string | undefined;
}

export interface SystemProcess {
  readonly id: string;
  readonly role: string;
  readonly version: string;
  readonly startedAtMs: number;
  readonly ready: boolean;
  /** `ok`, or why not. */
  readonly checks: Readonly<Record<string, string>>;
  readonly memoryBytes: number;
  /** The parts embedded in it. */
  readonly embedded: readonly string[];
  /** Totals since it started. */
  readonly counters: Readonly<Record<string, number>>;
  /** Of each worker that keeps an order: how many of its partitions the process has. */
  readonly partitions: Readonly<Record<string, PartitionShare>>;
}

export interface PartitionShare {
  readonly active: number;
  readonly of: number;
}

export interface SystemQueue {
  readonly name: string;
  readonly kind: string;
  readonly messages: number;
  readonly consumers: number;
  /** The name that several queues of a worker have in common; of their dead letters, that with `.dead`. */
  readonly partOf: string | undefined;
  /** The routing key of its messages, if it is that of one. */
  readonly value: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the system's report; missing parts are empty.
 *
 * @throws SyntaxError if the text is not JSON.
 */
export function parseSystemReport(text: string): SystemReport {
  const { at, routes, processes, unreachable, queues, files } = fieldsOf(JSON.parse(text));
  return {
    at: numberOf(at),
    routes: listOf(routes).map(toRoute),
    processes: listOf(processes).map(toProcess),
    unreachable: listOf(unreachable).map(({ peer, why }) => ({ peer: textOf(peer), why: textOf(why) })),
    queues: listOf(queues).map(toQueue),
    files: files === undefined ? undefined : toFiles(fieldsOf(files)),
  };
}

function toRoute({ key, delivery, feed, workers, target }: Fields): SystemRoute {
  return {
    key: textOf(key),
    delivery: textOf(delivery),
    feed: typeof feed === 'string' ? feed : undefined,
    workers: textsOf(workers),
    target: typeof target === 'string' ? target : undefined,
  };
}

function toQueue({ name, kind, messages, consumers, partOf, value }: Fields): SystemQueue {
  return {
    name: textOf(name),
    kind: textOf(kind),
    messages: numberOf(messages),
    consumers: numberOf(consumers),
    partOf: typeof partOf === 'string' ? partOf : undefined,
    value: typeof value === 'string' ? value : undefined,
  };
}

function toProcess(process: Fields): SystemProcess {
  const checks = Object.entries(fieldsOf(process['checks'])).map(
    ([name, state]) => [name, textOf(state)] as const,
  );
  const counters = Object.entries(fieldsOf(process['counters'])).map(
    ([name, count]) => [name, numberOf(count)] as const,
  );
  const partitions = Object.entries(fieldsOf(process['partitions'])).map(([name, share]) => {
    const { active, of } = fieldsOf(share);
    return [name, { active: numberOf(active), of: numberOf(of) }] as const;
  });
  return {
    id: textOf(process['id']),
    role: textOf(process['role']),
    version: textOf(process['version']),
    startedAtMs: numberOf(process['startedAtMs']),
    ready: process['ready'] === true,
    checks: Object.fromEntries(checks),
    memoryBytes: numberOf(process['memoryBytes']),
    embedded: textsOf(process['embedded']),
    counters: Object.fromEntries(counters),
    partitions: Object.fromEntries(partitions),
  };
}

function toFiles({ file, valid, message, problems }: Fields): SystemFiles {
  return {
    file: textOf(file),
    valid: valid === true,
    message: textOf(message),
    problems: listOf(problems).map(({ file, line, column, message, frame }) => ({
      place: `${textOf(file)}:${numberOf(line)}:${numberOf(column)}`,
      message: textOf(message),
      frame: textOf(frame),
    })),
  };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
