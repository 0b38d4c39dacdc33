import { openBroker } from './broker.ts';
import { installMissing } from './install.ts';
import { startMocha } from './mocha.ts';
import type { Need } from './needs.ts';
import { openPostgres } from './postgres.ts';
import { programs } from './programs.ts';

/**
 * Runs tests with the servers that they need, after installing missing programs where that is possible.
 *
 * TEST_AMQP_URL and TEST_DATABASE_URL name existing servers; if one is needed and not named, a private
 * server is started, and stopped after the tests.
 */
export async function withServers<T>(needs: ReadonlySet<Need>, run: () => Promise<T>): Promise<T> {
  const opensBroker = needs.has('broker') && process.env['TEST_AMQP_URL'] === undefined;
  const opensDatabase = needs.has('database') && process.env['TEST_DATABASE_URL'] === undefined;
  const used = new Set<string>(needs);
  if (opensBroker) used.add('rabbitmq');
  if (opensDatabase) used.add('postgresql');
  await installMissing(
    Object.entries(programs).flatMap(([name, program]) => (used.has(name) ? [program] : [])),
  );
  const servers = [];
  try {
    if (opensBroker) {
      const broker = await openBroker();
      servers.push(broker);
      process.env['TEST_AMQP_URL'] = broker.url;
    }
    if (opensDatabase) {
      const postgres = await openPostgres({ fsync: false });
      servers.push(postgres);
      process.env['TEST_DATABASE_URL'] = postgres.url;
    }
    return await run();
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

/** Runs mocha, whose output is not buffered; resolves with its exit code. */
export async function runMocha(args: readonly string[]): Promise<number> {
  const { output, ended } = startMocha(args);
  output.pipe(process.stdout);
  return ended;
}
