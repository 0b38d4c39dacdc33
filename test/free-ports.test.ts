import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { freePorts } from './support/free-ports.ts';

const runFile = promisify(execFile);

/** Forty ports that are most likely not requested elsewhere. */
const first = 10_000 + 40 * Math.floor(Math.random() * 200);
const range = { first, last: first + 40 };

/** Requests ports in a process of its own. */
async function freePortsElsewhere(count: number): Promise<readonly number[]> {
  const script = `
    import { freePorts } from './test/support/free-ports.ts';
    console.log(JSON.stringify(await freePorts(${count}, ${JSON.stringify(range)})));`;
  const { stdout } = await runFile(process.execPath, [
    '--import',
    'tsx',
    '--input-type=module',
    '--eval',
    script,
  ]);
  return JSON.parse(stdout) as number[];
}

describe('free ports', () => {
  it('are handed out once, even before anything listens and when other processes request some', async () => {
    const own = await freePorts(30, range);

    const others = await freePortsElsewhere(5);

    expect(new Set([...own, ...others]).size).to.equal(35);
  });
});
