import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Draws the secrets of a deployment, once: one that is there is kept, since the servers keep what they
 * were first started with. Files that only say where they are used are written anew.
 *
 * Everybody in a container may read them, as its servers change their users; who gets them at all is
 * decided by the volumes that a container mounts. Several brokers form a cluster.
 */
function makeSecrets(folder: string, brokers: readonly string[]): void {
  const forBroker = draw(join(folder, 'broker/password'));
  const urls = brokers.map((host) => `amqp://restmapper:${forBroker}@${host}:5672/%2F`);
  write(
    join(folder, 'broker/rabbitmq.d/user.conf'),
    `default_user = restmapper\ndefault_pass = ${forBroker}\n`,
  );
  write(join(folder, 'broker/amqp_url'), `${urls.join(',')}\n`);
  const forDatabase = draw(join(folder, 'database/password'));
  const url = `postgres://restmapper:${forDatabase}@postgres:5432/restmapper\n`;
  write(join(folder, 'database/database_url'), url);
  // By which the nodes of a cluster know each other; whoever has it may do anything to them.
  if (brokers.length > 1) draw(join(folder, 'cluster/erlang_cookie'));
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
