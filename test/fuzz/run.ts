import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';

const usage = `npm run test:fuzz -- [--requests N] [--seed N]

Sends odd, broken and hostile requests and messages to everything that listens. See docs/reliability.md.

  --requests  about how many in all (default 100000)
  --seed      draws the same ones again: the seed that a run has printed
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { requests: { type: 'string', default: '100000' }, seed: { type: 'string' } },
  });
  const numbers = [values.requests, values.seed ?? '0'];
  if (numbers.some((text) => !/^\d{1,9}$/.test(text))) {
    process.stderr.write(usage);
    return 2;
  }
  const run = ['--conditions=@restmapper/source', '--import', 'tsx', 'test/run.ts', 'test/fuzz/*.test.ts'];
  const seed = values.seed === undefined ? {} : { FUZZ_SEED: values.seed };
  const env = { ...process.env, FUZZ_REQUESTS: values.requests, ...seed };
  const [code] = await once(spawn(process.execPath, run, { stdio: 'inherit', env }), 'exit');
  return Number(code ?? 1);
}

process.exitCode = await main();
