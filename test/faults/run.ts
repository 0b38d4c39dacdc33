import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { findFaults } from './find-faults.ts';

const usage = `npm run test:faults -- [F1 F7 …] [--rounds N]

Runs the fault tests that are named, or all of them. See docs/reliability.md for what each does.

  --rounds  how long or how often each goes on: 1 as in \`npm test\` (default), 20 in full
`;

/** Runs mocha on the files, for the tests of these faults only; resolves with its exit code. */
async function runFaults(files: readonly string[], { faults, rounds }: Selection): Promise<number> {
  const titles = ['--grep', `\\b(${faults.join('|')})\\b`];
  const run = ['--conditions=@restmapper/source', '--import', 'tsx', 'test/run.ts'];
  const child = spawn(process.execPath, [...run, ...files, ...titles], {
    stdio: 'inherit',
    env: { ...process.env, FAULT_ROUNDS: rounds },
  });
  const [code] = await once(child, 'exit');
  return Number(code ?? 1);
}

interface Selection {
  readonly faults: readonly string[];
  readonly rounds: string;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '1' } },
  });
  const known = await findFaults();
  const faults = positionals.length > 0 ? positionals.map((name) => name.toUpperCase()) : [...known.keys()];
  const unknown = faults.filter((fault) => !known.has(fault));
  if (unknown.length > 0 || !/^[1-9]\d*$/.test(values.rounds)) {
    process.stderr.write(`${usage}${unknown.map((fault) => `\nno such fault: ${fault}`).join('')}\n`);
    return 2;
  }
  const files = new Set(faults.flatMap((fault) => known.get(fault) ?? []));
  return runFaults([...files], { faults, rounds: values.rounds });
}

process.exitCode = await main();
