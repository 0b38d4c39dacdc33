import { openBroker } from './broker.ts';
import { installMissing } from './install.ts';
import { startMocha } from './mocha.ts';
import { openPostgres } from './postgres.ts';
import type { Program } from './programs.ts';

/**
 * Runs tests with the servers that they need, and the programs installed where that is possible.
 *
 * TEST_AMQP_URL and TEST_DATABASE_URL name servers to use; where one is not set, a private server is
 * started, and ended when the tests have run.
 */
export async function withServers<T>(programs: readonly Program[], run: () => Promise<T>): Promise<T> {
  await installMissing(programs);
  const servers = [];
  try {
    if (process.env['TEST_AMQP_URL'] === undefined) {
      const broker = await openBroker();
      servers.push(broker);
      process.env['TEST_AMQP_URL'] = broker.url;
    }
    if (process.env['TEST_DATABASE_URL'] === undefined) {
      const postgres = await openPostgres({ fsync: false });
      servers.push(postgres);
      process.env['TEST_DATABASE_URL'] = postgres.url;
    }
    return await run();
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

/** Runs mocha, which prints as it goes; resolves with its exit code. */
export async function runMocha(args: readonly string[]): Promise<number> {
  const { output, ended } = startMocha(args);
  output.pipe(process.stdout);
  return ended;
}
