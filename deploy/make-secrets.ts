import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * Draws the secrets of a deployment, once: one that is there is kept, since the servers keep what their
 * administrators were first started with. Files that only say where they are used are written anew.
 *
 * Everybody in a container may read them, as its servers change their users; who gets them at all is
 * decided by the volumes that a container mounts: `broker` and `database` have the administrators, the
 * others what one role needs. Several brokers form a cluster.
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
  // By which the nodes of a cluster know each other; whoever has it may do anything to them.
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
  // Root without its rights may not write to what is read-only, but may replace it.
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
