import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * Generates the secrets of a deployment, once: existing ones are kept, because the servers keep the
 * administrators that they were first started with. Files derived from them are rewritten.
 *
 * Every process in a container may read them, because its server changes its user; which containers get
 * them is decided by the volumes that they mount: `broker` and `database` hold the administrators, the
 * others what one role needs. With several brokers, they form a cluster.
 */
function makeSecrets(folder: string, hosts: { brokers: readonly string[]; database: string }): void {
  makeForBrokers(folder, hosts.brokers);
  makeForDatabase(folder, hosts.database);
}

function makeForBrokers(folder: string, hosts: readonly string[]): void {
  const password = draw(join(folder, 'broker/password'));
  const settings = `default_user = restmapper\ndefault_pass = ${password}\n`;
  write(join(folder, 'broker/rabbitmq.d/user.conf'), settings);
  const urls = hosts.map((host) => `http://restmapper:${password}@${host}:15672`);
  write(join(folder, 'broker/admin_url'), urls.join(','));
  for (const role of ['gateway', 'live', 'worker']) {
    const password = draw(join(folder, role, 'broker_password'));
    const urls = hosts.map((host) => `amqp://restmapper_${role}:${password}@${host}:5672/%2F`);
    write(join(folder, role, 'amqp_url'), urls.join(','));
  }
  // The nodes of a cluster authenticate each other with it, and its holder has full control over them.
  if (hosts.length > 1) draw(join(folder, 'cluster/erlang_cookie'));
}

function makeForDatabase(folder: string, host: string): void {
  const urlOf = (user: string, password: string): string =>
    `postgres://${user}:${password}@${host}:5432/restmapper`;
  write(join(folder, 'database/admin_url'), urlOf('restmapper', draw(join(folder, 'database/password'))));
  for (const role of ['owner', 'worker']) {
    const password = draw(join(folder, role, 'database_password'));
    write(join(folder, role, 'database_url'), urlOf(`restmapper_${role}`, password));
  }
}

function draw(file: string): string {
  if (!existsSync(file)) write(file, randomBytes(24).toString('hex'));
  return readFileSync(file, 'utf8').trim();
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  // Without its capabilities, root may not write to a read-only file, but may replace it.
  rmSync(file, { force: true });
  writeFileSync(file, text);
  chmodSync(file, 0o444);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'database-host': { type: 'string', default: 'postgres' } },
});
const [folder = '/secrets', ...brokers] = positionals;
makeSecrets(folder, { brokers, database: values['database-host'] });
