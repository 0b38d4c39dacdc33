import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Draws the secrets of a deployment, once: one that is there is kept, since the servers keep what their
 * administrators were first started with. Files that only say where they are used are written anew.
 *
 * Everybody in a container may read them, as its servers change their users; who gets them at all is
 * decided by the volumes that a container mounts: `broker` and `database` have the administrators, the
 * others what one role needs. Several brokers form a cluster.
 */
function makeSecrets(folder: string, brokers: readonly string[]): void {
  makeBroker(folder, brokers);
  makeDatabase(folder);
  for (const role of ['gateway', 'live', 'worker']) {
    const password = draw(join(folder, role, 'broker_password'));
    const urls = brokers.map((host) => `amqp://restmapper_${role}:${password}@${host}:5672/%2F`);
    write(join(folder, role, 'amqp_url'), `${urls.join(',')}\n`);
  }
  for (const role of ['owner', 'worker']) {
    const password = draw(join(folder, role, 'database_password'));
    write(join(folder, role, 'database_url'), databaseUrl(`restmapper_${role}`, password));
  }
  // By which the nodes of a cluster know each other; whoever has it may do anything to them.
  if (brokers.length > 1) draw(join(folder, 'cluster/erlang_cookie'));
}

function makeBroker(folder: string, brokers: readonly string[]): void {
  const password = draw(join(folder, 'broker/password'));
  write(
    join(folder, 'broker/rabbitmq.d/user.conf'),
    `default_user = restmapper\ndefault_pass = ${password}\n`,
  );
  const urls = brokers.map((host) => `http://restmapper:${password}@${host}:15672`);
  write(join(folder, 'broker/admin_url'), `${urls.join(',')}\n`);
}

function makeDatabase(folder: string): void {
  const password = draw(join(folder, 'database/password'));
  write(join(folder, 'database/admin_url'), databaseUrl('restmapper', password));
}

function databaseUrl(user: string, password: string): string {
  return `postgres://${user}:${password}@postgres:5432/restmapper\n`;
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

const [folder = '/secrets', ...brokers] = process.argv.slice(2);
makeSecrets(folder, brokers);
