import { type BrokerInspection, BusError, type Depth, inspectBroker, parseBrokerUrl } from '@restmapper/bus';
import { type Model, topologyOf } from '@restmapper/endpoints';
import { usesDatabase } from '../process/database-use.ts';
import type { Terminal } from '../process/terminal.ts';
import { checkUrl, parseList } from '../process/setting-values.ts';
import { readSecret } from '../process/setting.ts';
import { parseSettings } from '../process/settings.ts';
import type { Role } from '../roles/role.ts';
import { databaseFindings } from './database-findings.ts';
import { type DividedQueue, dividedQueuesOf, guessedParts, isPartOf } from './divided-queues.ts';
import { type LiveFinding, liveCodes } from './live-finding.ts';
import { type ManagedBroker, managementFindings, readManagement } from './management-findings.ts';
import { partFindings } from './part-findings.ts';
import { rightsFindings, rightsOf } from './rights-findings.ts';
import { foreignFindings, inspectionFindings } from './topology-findings.ts';
import { unconsumedFindings } from './unconsumed-findings.ts';

export interface LiveOptions {
  readonly model: Model;
  /** The role whose rights the user needs. */
  readonly role: Role;
  readonly terminal: Pick<Terminal, 'env' | 'readFile'>;
  /** The virtual host, if AMQP_URL does not name it. @default '/' */
  readonly vhost?: string | undefined;
}

/** What differs between a file and the servers that the environment names. */
export interface LiveReport {
  /** Errors first. */
  readonly findings: readonly LiveFinding[];
  /** Whether there was a server to compare with. */
  readonly hasServers: boolean;
  /** What could not be compared, and why, one sentence each. */
  readonly notCompared: readonly string[];
}

/**
 * Compares a file with the broker and the database that the environment names, within ten seconds; changes
 * nothing.
 *
 * @throws ConfigError if a setting is invalid.
 */
export async function inspectLive({ model, role, terminal, vhost }: LiveOptions): Promise<LiveReport> {
  const { env, readFile } = terminal;
  const { amqpUrls, databaseUrl } = parseSettings(env, { role, readFile });
  const adminUrls = parseList(readSecret(env, 'BROKER_ADMIN_URL', readFile));
  for (const url of adminUrls) checkUrl('BROKER_ADMIN_URL', url, ['http:', 'https:']);
  const asksDatabase = usesDatabase({ role, model });
  const [broker, database] = await Promise.all([
    inspectBrokerOf(model, { role, amqpUrls, adminUrls, vhost }),
    databaseUrl !== undefined && asksDatabase ? databaseFindings(databaseUrl, model) : [],
  ]);
  const findings = [...broker, ...database];
  return {
    findings: findings.toSorted((a, b) => rankOf(a) - rankOf(b)),
    hasServers: amqpUrls.length + adminUrls.length > 0 || (databaseUrl !== undefined && asksDatabase),
    notCompared: [
      ...describeMissing({ amqpUrls, adminUrls }),
      ...(asksDatabase && databaseUrl === undefined
        ? [
            'there is no database to compare with: without DATABASE_URL it is embedded in the process of `restmapper start`',
          ]
        : []),
    ],
  };
}

const ranks = ['error', 'warning', 'note'];

function rankOf({ code }: LiveFinding): number {
  return ranks.indexOf(liveCodes[code].severity);
}

interface BrokerUrls {
  readonly amqpUrls: readonly string[];
  readonly adminUrls: readonly string[];
}

function describeMissing({ amqpUrls, adminUrls }: BrokerUrls): readonly string[] {
  if (amqpUrls.length + adminUrls.length === 0)
    return [
      'there is no broker to compare with: without AMQP_URL the bus is in the memory of `restmapper start`, and begins empty',
    ];
  if (adminUrls.length > 0) return amqpUrls.length > 0 ? [] : ['rights are not checked without AMQP_URL'];
  return [
    'without BROKER_ADMIN_URL, the management API, these cannot be seen: bindings, objects left over from an older file (of queues, other partitions are looked for), and all arguments that differ at once',
  ];
}

interface BrokerOptions extends BrokerUrls {
  readonly role: Role;
  readonly vhost: string | undefined;
}

/** The management API sees all objects; the user of AMQP_URL, what that user may do. */
async function inspectBrokerOf(model: Model, options: BrokerOptions): Promise<readonly LiveFinding[]> {
  const { role, amqpUrls, adminUrls } = options;
  const topology = topologyOf(model);
  const [url] = amqpUrls;
  const vhost =
    url === undefined ? options.vhost : decodeURIComponent(parseBrokerUrl(url).connect.vhost ?? '%2F');
  const failures: LiveFinding[] = [];
  const orFail = <T>(setting: string, work: Promise<T>): Promise<T | undefined> =>
    work.catch((error: unknown) => {
      failures.push(unreachable(setting, error));
      return undefined;
    });
  const [seen, known] = await Promise.all([
    amqpUrls.length === 0
      ? undefined
      : orFail(
          'AMQP_URL',
          inspectBroker({
            urls: amqpUrls,
            topology,
            rights: rightsOf(role, model),
            others: guessedParts(dividedQueuesOf(model)),
          }),
        ),
    adminUrls.length === 0 ? undefined : orFail('BROKER_ADMIN_URL', readManagement(adminUrls, vhost ?? '/')),
  ]);
  const user = url === undefined ? '' : (parseBrokerUrl(url).connect.username ?? 'guest');
  return [
    ...failures,
    ...objectFindings(model, { seen, known, vhost: vhost ?? '/' }),
    ...(seen ? rightsFindings(seen, { role, user }) : []),
    ...unconsumedFindings(model, depthFinder({ seen, known })),
  ];
}

/** What was found out about a broker, in one or both ways. */
interface KnownBroker {
  readonly seen: BrokerInspection | undefined;
  readonly known: ManagedBroker | undefined;
}

function objectFindings(
  model: Model,
  { seen, known, vhost }: KnownBroker & { readonly vhost: string },
): readonly LiveFinding[] {
  const divided = dividedQueuesOf(model);
  const depths = depthsOf({ seen, known });
  const managed = known ? managementFindings(topologyOf(model), { ...known, depths }) : [];
  return [
    ...partFindings(divided, { queues: foundQueues({ seen, known }), vhost }),
    ...managed.filter(isOf(seen)).filter((finding) => !isLeftPart(finding, divided)),
    ...(seen && !known ? inspectionFindings(seen) : []),
    ...(seen && known ? foreignFindings(seen) : []),
  ];
}

/** The definitions lack transient objects, so what a user has looked up counts. */
function isOf(seen: BrokerInspection | undefined): (finding: LiveFinding) => boolean {
  return ({ code }) => !seen || code !== 'LIVE_FOREIGN_MISSING';
}

/** The queues that are there, as far as that is known. */
function foundQueues({ seen, known }: KnownBroker): ReadonlyMap<string, Depth | undefined> {
  const counted = [...(seen?.queues ?? [])].flatMap(([name, { kind, depth }]) =>
    kind === 'missing' ? [] : [[name, depth] as const],
  );
  const managed = known?.objects.queues.map(({ name }) => [name, known.depths.get(name)] as const) ?? [];
  return new Map([...managed, ...(seen?.others ?? []), ...counted]);
}

/** Whether it is about a queue that the findings about parts name. */
function isLeftPart({ code, object }: LiveFinding, divided: readonly DividedQueue[]): boolean {
  if (code !== 'LIVE_LEFTOVER' || object.kind !== 'queue') return false;
  return divided.some(({ base }) => isPartOf(object.name, base));
}

/** The messages and consumers of each queue: the broker counts at once, the management API every few seconds. */
function depthsOf({ seen, known }: KnownBroker): ReadonlyMap<string, Depth> {
  const counted = [...(seen?.queues ?? [])].flatMap(([name, { depth }]) =>
    depth === undefined ? [] : [[name, depth] as const],
  );
  return new Map([...(known?.depths ?? []), ...counted]);
}

function depthFinder(broker: KnownBroker): (queue: string) => Depth | undefined {
  const depths = depthsOf(broker);
  return (queue) => depths.get(queue);
}

function unreachable(setting: string, error: unknown): LiveFinding {
  if (!(error instanceof BusError)) throw error;
  return {
    code: 'LIVE_UNREACHABLE',
    object: { kind: 'broker', name: setting },
    message: `the broker cannot be used: ${error.message}; check ${setting}`,
  };
}
