import { ConfigError } from '@restmapper/core';
import { type Model, topologyOf } from '@restmapper/endpoints';
import {
  type Check,
  checkBroker,
  checkDatabase,
  checkDataFolder,
  checkNode,
  checkPeer,
  checkPort,
  type Finding,
  isDatabaseNamed,
  openModel,
  parseSettings,
  type Role,
  runChecks,
  type Settings,
  usesDatabase,
} from '@restmapper/host';
import type { FileCall } from '../command/cli-command.ts';
import { parseRole } from '../command/role-argument.ts';
import { checkFile } from './check-file.ts';

export interface DoctorCall extends FileCall {
  readonly role: string;
  readonly json?: true;
}

/** How long a check may take; they run beside each other. */
const timeoutMs = 15_000;

/** Prints a line for each finding; resolves with 1 if one is a problem. @throws ConfigError */
export async function run(call: DoctorCall): Promise<number> {
  const { terminal, json } = call;
  const findings = await runChecks(checksOf(call, parseRole(call.role)), timeoutMs);
  terminal.print(json ? `${JSON.stringify(findings, undefined, 2)}\n` : findings.map(formatFinding).join(''));
  return findings.some(({ level }) => level === 'problem') ? 1 : 0;
}

function formatFinding({ check, level, message, advice }: Finding): string {
  const line = `${level.padEnd(7)}  ${check.padEnd(8)}  ${message}\n`;
  return advice === undefined ? line : `${line}${' '.repeat(19)}→ ${advice}\n`;
}

function checksOf(call: DoctorCall, role: Role): readonly Check[] {
  const { terminal, file } = call;
  const common: readonly Check[] = [
    { name: 'node', run: () => [checkNode(process.version)] },
    {
      name: 'file',
      run: async () => {
        await checkFile(file, { terminal, load: true });
        return [{ level: 'ok', message: `${file} is valid` }];
      },
    },
  ];
  try {
    const settings = parseSettings(terminal.env, { role, readFile: terminal.readFile });
    const ok: Check = { name: 'settings', run: () => [{ level: 'ok', message: `valid for ${role.name}` }] };
    return [...common, ok, ...serverChecks(settings, role, modelOf(call))];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { message } = error;
    return [...common, { name: 'settings', run: () => [{ level: 'problem', message }] }];
  }
}

/** Without a valid file, servers are checked without its objects. */
function modelOf({ file, terminal }: DoctorCall): Model | undefined {
  try {
    return openModel(file, terminal.env);
  } catch {
    return undefined;
  }
}

function serverChecks(settings: Settings, role: Role, model: Model | undefined): readonly Check[] {
  const { amqpUrls, databaseUrl, dataDir, peers } = settings;
  const wanted = model && { ...namesIn(model, role), timeoutMs: 8_000 };
  const brokers = amqpUrls.map(
    (url): Check => ({ name: 'broker', run: () => checkBroker(url, wanted ?? {}) }),
  );
  // Without a valid file it is not known whether a worker uses the database.
  const mayAsk = model ? usesDatabase({ role, model }) : role.needs.database !== false;
  const asksDatabase = mayAsk || (databaseUrl !== undefined && role.needs.database !== false);
  const isMissing = role.needs.bus === 'shared' && amqpUrls.length === 0;
  const noBroker: Check = { name: 'broker', run: () => [isMissing ? needsBroker(role) : embeddedBus] };
  const database: Check = {
    name: 'database',
    run: async () => {
      if (!isDatabaseNamed({ role, settings })) return [needsDatabase(role)];
      return databaseUrl === undefined
        ? [await checkDataFolder(dataDir)]
        : await checkDatabase(databaseUrl, model?.migrations);
    },
  };
  return [
    ...portChecks(settings, role),
    ...(brokers.length > 0 ? brokers : [noBroker]),
    ...(asksDatabase ? [database] : []),
    ...peers.map((peer): Check => ({ name: 'peer', run: async () => [await checkPeer(peer)] })),
  ];
}

const embeddedBus = {
  level: 'ok',
  message: 'AMQP_URL is not set: the bus is embedded, and its messages are lost with the process',
} as const;

function needsBroker({ name }: Role) {
  const advice = 'set AMQP_URL, or run `restmapper start`';
  return { level: 'problem' as const, message: `${name} needs RabbitMQ, and AMQP_URL is not set`, advice };
}

function needsDatabase({ name }: Role) {
  const advice = 'set DATABASE_URL, or DATA_DIR for an embedded one';
  return { level: 'problem' as const, message: `${name} needs a database, and neither is set`, advice };
}

function namesIn(model: Model, { use }: Role) {
  const used = use(model);
  const { exchanges } = topologyOf(model);
  const own = exchanges.map(({ name }) => name);
  return { exchanges: used.exchanges.filter((name) => own.includes(name)), queues: used.queues };
}

function portChecks({ host, port, adminPort }: Settings, role: Role): readonly Check[] {
  const ports = [
    ...(role.ports.port === undefined ? [] : [{ port, variable: 'PORT' }]),
    { port: adminPort, variable: 'ADMIN_PORT' },
  ];
  return ports.map((wanted) => ({
    name: 'port',
    run: async () => [await checkPort({ host, adminPort, ...wanted })],
  }));
}
