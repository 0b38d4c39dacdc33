import { type ProbedBroker, probeBroker, type ProbeBrokerOptions } from '@restmapper/bus';
import { asError, ConfigError } from '@restmapper/core';
import type { Migrations } from '@restmapper/endpoints';
import { inspectMigrations, openPostgres, pendingMigrations } from '@restmapper/workers';
import type { Finding } from './finding.ts';

type Found = Omit<Finding, 'check'>;

/** The oldest RabbitMQ that is supported. */
const leastBroker = [3, 10] as const;
/** The oldest PostgreSQL that is supported. */
const leastDatabase = 14;
/** Larger differences make ages and expiry times wrong. */
const maxClockDifferenceMs = 5_000;

/** Checks a RabbitMQ: reachable, with these credentials, a supported version, without alarms. */
export async function checkBroker(url: string, options: ProbeBrokerOptions): Promise<readonly Found[]> {
  const broker = await probeBroker(url, options).catch(asError);
  if (broker instanceof Error) {
    const advice = 'start RabbitMQ, or correct AMQP_URL';
    return [{ level: 'problem', message: broker.message, advice }];
  }
  return judgeBroker(broker);
}

/** What a broker's state means for a process. */
export function judgeBroker({
  place,
  product,
  version,
  blocked,
  missing,
  refused,
}: ProbedBroker): readonly Found[] {
  const found: Found[] = [];
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = leastBroker;
  const isOld = major < leastMajor || (major === leastMajor && minor < leastMinor);
  if (product === 'RabbitMQ' && isOld) {
    const advice = `install RabbitMQ ${leastBroker.join('.')} or later`;
    found.push({ level: 'problem', message: `${place}: RabbitMQ ${version} is not supported`, advice });
  } else found.push({ level: 'ok', message: `${place}: ${product} ${version}` });
  if (blocked !== undefined) {
    const advice = 'free memory or disk space on the broker; until then no call is accepted';
    found.push({ level: 'problem', message: `the broker blocks publishers: ${blocked}`, advice });
  }
  for (const reason of refused) {
    const advice = 'grant the rights of the role: `restmapper topology definitions` prints them';
    found.push({ level: 'problem', message: `the broker refuses the ${reason}`, advice });
  }
  if (missing.length > 0) {
    const message = `${missing.length} exchanges and queues of the file do not exist yet, such as the ${missing[0] ?? ''}`;
    const advice = 'the first process that may declare them does so when it starts';
    found.push({ level: 'warning', message, advice });
  }
  return found;
}

interface DatabaseState {
  readonly version: number;
  readonly product: string;
  readonly nowMs: number;
  readonly mayCreate: boolean | null;
  readonly isReadOnly: boolean;
}

const stateSql = `
  SELECT current_setting('server_version_num')::int / 10000 AS version, current_setting('server_version') AS product,
    (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "nowMs",
    has_schema_privilege(current_schema(), 'CREATE') AS "mayCreate",
    current_setting('transaction_read_only') = 'on' AS "isReadOnly"`;

/** Checks a PostgreSQL: reachable, with these credentials, a supported version, migrated, its clock. */
export async function checkDatabase(url: string, migrations?: Migrations): Promise<readonly Found[]> {
  const db = openPostgres({ url, maxConnections: 1, statementTimeoutMs: 5_000 });
  try {
    const askedMs = Date.now();
    const [state] = await db.query<DatabaseState>(stateSql);
    if (!state) throw new Error('it returned nothing');
    const clockDifferenceMs = Math.abs(state.nowMs - (askedMs + Date.now()) / 2);
    const files = migrations && (await inspectMigrations(db, migrations.directory));
    const pending = [...(await pendingMigrations(db)), ...(files?.pending ?? []).map(({ name }) => name)];
    return judgeDatabase({ ...state, clockDifferenceMs, pending });
  } catch (error) {
    const advice =
      error instanceof ConfigError ? 'correct the migrations' : 'start PostgreSQL, or correct DATABASE_URL';
    return [{ level: 'problem', message: asError(error).message, advice }];
  } finally {
    await db.close();
  }
}

/** What a database's state means for a process. */
export function judgeDatabase(
  state: Omit<DatabaseState, 'nowMs'> & {
    readonly clockDifferenceMs: number;
    readonly pending: readonly string[];
  },
): readonly Found[] {
  const { version, product, mayCreate, isReadOnly, clockDifferenceMs, pending } = state;
  const found: Found[] = [];
  if (version < leastDatabase) {
    const advice = `install PostgreSQL ${leastDatabase} or later`;
    found.push({ level: 'problem', message: `PostgreSQL ${product} is not supported`, advice });
  } else found.push({ level: 'ok', message: `PostgreSQL ${product}` });
  if (isReadOnly) {
    const advice = 'name the primary in DATABASE_URL, with target_session_attrs or its own host';
    found.push({ level: 'problem', message: 'the database is read-only', advice });
  }
  if (pending.length > 0) {
    const message = `${pending.length} migrations are not applied: ${pending.join(', ')}`;
    found.push(
      mayCreate === true
        ? { level: 'warning', message, advice: 'the first worker applies them, or `restmapper migrate`' }
        : {
            level: 'problem',
            message: `${message}, and this user may not create tables`,
            advice: 'run `restmapper migrate` as the owner of the tables',
          },
    );
  }
  if (clockDifferenceMs > maxClockDifferenceMs) {
    const seconds = Math.round(clockDifferenceMs / 1000);
    const message = `the clocks of the database and of this machine differ by ${seconds} s`;
    found.push({ level: 'warning', message, advice: 'synchronise both with NTP' });
  }
  return found;
}
