import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createContainer } from './container.ts';
import { freePorts } from './free-ports.ts';
import { createLocalServer } from './local-server.ts';
import { findProgram, programs } from './programs.ts';
import { startServing, type Server } from './server.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

export interface BrokerOptions {
  /** Additional lines for `rabbitmq.conf`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The port of its metrics. @default none */
  readonly metricsPort?: number;
  /** The port of its management API. @default none */
  readonly managementPort?: number;
}

/** A private RabbitMQ on the loopback interface. */
export interface Broker {
  readonly url: string;
  /** The AMQP port. */
  readonly port: number;
  /** Restarts it after `stop` or `kill`, on the same port and data; resolves when it serves. */
  start(): Promise<void>;
  /** Shuts it down gracefully. */
  stop(): Promise<void>;
  /** Kills it with SIGKILL. */
  kill(): Promise<void>;
  /** Stops it and deletes its data. */
  close(): Promise<void>;
  /** Runs `rabbitmqctl` on the running broker; returns its output. */
  rabbitmqctl(...args: string[]): Promise<string>;
  /** Its output since it was opened. */
  log(): Promise<string>;
}

/** Starts a private RabbitMQ, which dies with this process. */
export async function openBroker({
  settings = {},
  metricsPort,
  managementPort,
}: BrokerOptions = {}): Promise<Broker> {
  const source = await findProgram(programs.rabbitmq);
  const [port = 0, distPort = 0, epmdPort = 0] = await freePorts(3);
  const options = { settings, metricsPort, managementPort, port, distPort, epmdPort };
  const server =
    source.kind === 'local'
      ? await createLocal(source.bin, options)
      : await createContained(source.image, options);
  const start = () => startServing(server, () => greet(port));
  try {
    await start();
  } catch (error) {
    await server.close();
    throw error;
  }
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    port,
    start,
    stop: server.stop,
    kill: server.kill,
    close: server.close,
    rabbitmqctl: (...args) => server.run('rabbitmqctl', args),
    log: server.log,
  };
}

interface NodeOptions {
  readonly settings: Readonly<Record<string, string>>;
  readonly metricsPort: number | undefined;
  readonly managementPort: number | undefined;
  readonly port: number;
  readonly distPort: number;
  readonly epmdPort: number;
}

async function createLocal(
  bin: string,
  { settings, metricsPort, managementPort, port, distPort, epmdPort }: NodeOptions,
): Promise<Server> {
  const folder = await makeTemporaryFolder('rabbitmq');
  await mkdir(join(folder, 'home'));
  await writeFile(join(folder, 'enabled_plugins'), pluginsFor({ metricsPort, managementPort }));
  await writeFile(
    join(folder, 'rabbitmq.conf'),
    configLines({
      'listeners.tcp.1': `127.0.0.1:${port}`,
      'disk_free_limit.absolute': '1MB',
      ...(metricsPort && { 'prometheus.tcp.ip': '127.0.0.1', 'prometheus.tcp.port': String(metricsPort) }),
      ...(managementPort && {
        'management.tcp.ip': '127.0.0.1',
        'management.tcp.port': String(managementPort),
      }),
      ...settings,
    }),
  );
  const onLoopback = '-kernel inet_dist_use_interface {127,0,0,1}';
  const env = {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: join(folder, 'home'),
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `restmapper-test-${port}@localhost`,
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_CONFIG_FILES: join(folder, 'none'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'none'),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'none'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: onLoopback,
    RABBITMQ_CTL_ERL_ARGS: onLoopback,
    RABBITMQ_CTL_DIST_PORT_MIN: '0',
    RABBITMQ_CTL_DIST_PORT_MAX: '0',
    // Makes the script exec the Erlang VM instead of waiting for it.
    RUNNING_UNDER_SYSTEMD: 'true',
  };
  // Our own port mapper in the process group: the one that RabbitMQ would start is a daemon that stays.
  const command = `epmd & exec '${join(bin, 'rabbitmq-server')}'`;
  return createLocalServer({ folder, command, env, stopSignal: 'SIGTERM', bin });
}

type PluginPorts = Pick<NodeOptions, 'metricsPort' | 'managementPort'>;

function pluginsFor({ metricsPort, managementPort }: PluginPorts): string {
  const plugins = [metricsPort && 'rabbitmq_prometheus', managementPort && 'rabbitmq_management'];
  return `[${plugins.filter(Boolean).join(',')}].\n`;
}

async function createContained(
  image: string,
  { settings, metricsPort, managementPort, port }: NodeOptions,
): Promise<Server> {
  const folder = await makeTemporaryFolder('rabbitmq');
  const config = join(folder, 'rabbitmq.conf');
  const plugins = join(folder, 'enabled_plugins');
  await writeFile(config, configLines(settings), { mode: 0o644 });
  await writeFile(plugins, pluginsFor({ metricsPort, managementPort }), { mode: 0o644 });
  return createContainer({
    image,
    name: `restmapper-test-${port}`,
    hostPort: port,
    port: 5672,
    morePorts: {
      ...(metricsPort && { [metricsPort]: 15_692 }),
      ...(managementPort && { [managementPort]: 15_672 }),
    },
    files: { '/etc/rabbitmq/conf.d/90-test.conf': config, '/etc/rabbitmq/enabled_plugins': plugins },
  });
}

function configLines(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('');
}

/** Sends the AMQP 0-9-1 protocol header; resolves when the broker answers. */
function greet(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('AMQP\0\0\x09\x01'));
    socket.setTimeout(2_000, () => socket.destroy(new Error('the broker does not answer')));
    socket.once('data', () => resolve());
    socket.once('data', () => socket.destroy());
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the broker closed the connection')));
  });
}
