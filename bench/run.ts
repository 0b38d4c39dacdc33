import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openBroker } from '../test/support/broker.ts';
import { installMissing } from '../test/support/install.ts';
import { openPostgres } from '../test/support/postgres.ts';
import { programs } from '../test/support/programs.ts';
import { benchFeatures } from './features.ts';
import { benchHttp } from './http.ts';
import { benchLive } from './live.ts';
import { benchOrdered } from './ordered.ts';
import { benchSql } from './sql.ts';
import { benchStore } from './store.ts';

const help = `npm run bench -- [--rounds <number>] [http] [store] [sql] [features] [ordered] [live]

Runs the benchmarks that are named, or all, against private servers, and prints a table for each.`;

const benches = ['http', 'store', 'sql', 'features', 'ordered', 'live'];

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean' }, rounds: { type: 'string' } },
});
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
const rounds = values.rounds === undefined ? {} : { rounds: Number(values.rounds) };
const file = fileURLToPath(new URL('endpoints.yaml', import.meta.url));

if (values.help || !wanted.every((name) => benches.includes(name))) {
  console.log(help);
} else {
  console.log(await describeMachine());
  if (['http', 'store', 'sql', 'features', 'ordered'].some(isWanted)) await benchWithServers();
  if (isWanted('live')) await benchLive(rounds);
}

async function benchWithServers(): Promise<void> {
  await installMissing([programs.rabbitmq, programs.postgresql]);
  const broker = await openBroker();
  const postgres = await openPostgres();
  try {
    if (isWanted('http')) await benchHttp({ amqpUrl: broker.url, file, ...rounds });
    if (isWanted('store'))
      await benchStore({ amqpUrl: broker.url, databaseUrl: postgres.url, file, ...rounds });
    if (isWanted('features'))
      await benchFeatures({ amqpUrl: broker.url, databaseUrl: postgres.url, file, ...rounds });
    if (isWanted('ordered'))
      await benchOrdered({ amqpUrl: broker.url, databaseUrl: postgres.url, file, ...rounds });
    if (isWanted('sql')) await benchSql({ amqpUrl: broker.url, databaseUrl: postgres.url, file, ...rounds });
  } finally {
    await Promise.all([broker.close(), postgres.close()]);
  }
}

async function describeMachine(): Promise<string> {
  const info = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const models = [...info.matchAll(/^model name\s*: (.*)$/gm)].map(([, model]) => model);
  return `Node ${process.version}, ${models.length} × ${models[0] ?? 'unknown processor'}`;
}
