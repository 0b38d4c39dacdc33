import { chown, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { freePorts } from './free-ports.ts';
import { createLocalServer } from './local-server.ts';
import { otherUser } from './postgres.ts';
import { findExecutable, programs } from './programs.ts';
import { startServing } from './server.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** A private PgBouncer in transaction mode, with its defaults otherwise. */
export interface PgBouncer {
  /** The URL of a database, through it. */
  urlOf(database: string): string;
  close(): Promise<void>;
}

/** Starts a PgBouncer in front of a server with trust authentication; it dies with this process. */
export async function openPgBouncer(target: URL): Promise<PgBouncer> {
  const executable = await findExecutable(programs.pgbouncer);
  const [port = 0] = await freePorts(1);
  const folder = await makeTemporaryFolder('pgbouncer');
  const user = await otherUser();
  if (user) await chown(folder, user.uid, user.gid);
  await writeFile(join(folder, 'users.txt'), `"${target.username}" "${target.password}"\n`);
  const config = `
    [databases]
    * = host=${target.hostname} port=${target.port || 5432}
    [pgbouncer]
    listen_addr = 127.0.0.1
    listen_port = ${port}
    unix_socket_dir =
    auth_type = trust
    auth_file = ${folder}/users.txt
    pool_mode = transaction
  `;
  await writeFile(join(folder, 'pgbouncer.ini'), config.replaceAll('    ', ''));
  const server = createLocalServer({
    folder,
    command: `exec '${executable}' '${join(folder, 'pgbouncer.ini')}'`,
    env: { PATH: process.env['PATH'] },
    stopSignal: 'SIGTERM',
    bin: dirname(executable),
    user,
  });
  const urlOf = (database: string): string =>
    Object.assign(new URL(target), { hostname: '127.0.0.1', port: String(port), pathname: `/${database}` })
      .href;
  try {
    await startServing(server, async () => {
      const client = new Client(urlOf('postgres'));
      client.on('error', () => {});
      await client.connect();
      await client.end();
    });
  } catch (error) {
    await server.close();
    throw error;
  }
  return { urlOf, close: server.close };
}
