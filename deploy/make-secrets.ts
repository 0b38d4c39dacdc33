import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** By their paths in the folder; each names a user and the password that was drawn for it. */
type Files = Readonly<Record<string, string>>;

/** For RabbitMQ, and for those who connect to it. */
function brokerFiles(password: string): Files {
  return {
    'broker/rabbitmq.d/user.conf': `default_user = restmapper\ndefault_pass = ${password}\n`,
    'broker/amqp_url': `amqp://restmapper:${password}@rabbitmq:5672/%2F\n`,
  };
}

/** For PostgreSQL, and for those who connect to it. */
function databaseFiles(password: string): Files {
  return {
    'database/password': `${password}\n`,
    'database/database_url': `postgres://restmapper:${password}@postgres:5432/restmapper\n`,
  };
}

/**
 * Draws the passwords of a new deployment, once: files that are there are kept, since the servers keep
 * the passwords that they were first started with.
 *
 * Everybody in a container may read them, as its servers change their users; who gets them at all is
 * decided by the volumes that a container mounts.
 */
function makeSecrets(folder: string): void {
  for (const draw of [brokerFiles, databaseFiles]) {
    const files = Object.entries(draw(randomBytes(24).toString('hex')));
    if (files.every(([path]) => existsSync(join(folder, path)))) continue;
    for (const [path, text] of files) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      chmodSync(file, 0o444);
    }
  }
}

makeSecrets(process.argv[2] ?? '/secrets');
