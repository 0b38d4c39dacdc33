import { isAnswered } from '@restmapper/endpoints';
import { hostname } from 'node:os';
import type { Model } from '@restmapper/endpoints';
import type { Registry } from 'prom-client';
import { usesDatabase } from './database-use.ts';
import type { ReadinessProbe } from './readiness.ts';
import type { RoleSpec } from './role.ts';
import type { Settings } from './settings.ts';
import { version } from './version.ts';
import { type Counters, readCounters } from './counters.ts';

/** The status of one process, as served by its admin server at `/status`. */
export interface ProcessStatus {
  /** `host:pid` */
  readonly id: string;
  readonly role: string;
  readonly version: string;
  readonly startedAtMs: number;
  readonly ready: boolean;
  /** Each part's state: `ok`, or why it is not. */
  readonly checks: Readonly<Record<string, string>>;
  /** Its resident memory. */
  readonly memoryBytes: number;
  /** Its embedded parts: `bus`, `database`. */
  readonly embedded: readonly string[];
  readonly counters: Counters;
  /** Of each worker here that keeps an order: how many of its partitions this process has. */
  readonly partitions?: Readonly<Record<string, PartitionShare>>;
}

/** A process's part of the partitions of a worker. */
export interface PartitionShare {
  readonly active: number;
  readonly of: number;
}

/** Reads the status of this process. */
export type StatusReader = () => Promise<ProcessStatus>;

export interface StatusOptions {
  readonly role: RoleSpec;
  readonly settings: Settings;
  /** Read whenever the status is. */
  readonly model: Model;
  /** The workers that run in it. @default all of the file */
  readonly workers: readonly string[] | undefined;
  readonly readiness: ReadinessProbe;
  readonly registry: Registry;
  /** Reads the partitions of the workers that run here. @default none */
  readonly shares?: (() => ReadonlyMap<string, PartitionShare>) | undefined;
}

/** Creates the reader of this process's status, with the start time now. */
export function createStatusReader(options: StatusOptions): StatusReader {
  const { role, readiness, registry } = options;
  const itself = {
    id: `${hostname()}:${process.pid}`,
    role: role.name,
    version,
    startedAtMs: Date.now(),
  };
  return async () => {
    const { ready, checks } = await readiness.read();
    const counters = await readCounters({ registry, fanouts: fanoutsOf(options.model) });
    const embedded = embeddedParts(options);
    const shares = [...(options.shares?.() ?? [])];
    const partitions = shares.length > 0 && { partitions: Object.fromEntries(shares) };
    const memoryBytes = process.memoryUsage.rss();
    return { ...itself, ready, checks, memoryBytes, embedded, counters, ...partitions };
  };
}

function fanoutsOf({ endpoints }: Model): ReadonlySet<string> {
  return new Set(endpoints.filter(({ delivery }) => !isAnswered(delivery)).map(({ key }) => key));
}

function embeddedParts({ settings, ...process }: StatusOptions): readonly string[] {
  const { amqpUrls, databaseUrl } = settings;
  return [
    ...(amqpUrls.length === 0 ? ['bus'] : []),
    ...(databaseUrl === undefined && usesDatabase(process) ? ['database'] : []),
  ];
}

/**
 * Parses another process's status.
 *
 * @throws TypeError if it is not a status.
 */
export function parseProcessStatus(value: unknown): ProcessStatus {
  const { id, role, version, startedAtMs, ready, checks, memoryBytes, embedded, ...others } = fieldsOf(value);
  if (typeof id !== 'string' || typeof role !== 'string')
    throw new TypeError('it does not return a status of restmapper');
  return {
    id,
    role,
    version: String(version),
    startedAtMs: Number(startedAtMs),
    ready: ready === true,
    checks: mapValues(checks, String),
    memoryBytes: Number(memoryBytes),
    embedded: Array.isArray(embedded) ? embedded.map(String) : [],
    counters: mapValues(others['counters'], Number),
    ...(others['partitions'] !== undefined && { partitions: mapValues(others['partitions'], toShare) }),
  };
}

function toShare(value: unknown): PartitionShare {
  const { active, of } = fieldsOf(value);
  return { active: Number(active), of: Number(of) };
}

function mapValues<T>(value: unknown, map: (value: unknown) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(fieldsOf(value)).map(([name, value]) => [name, map(value)]));
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  // Another program's object has other keys, so each is checked.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
