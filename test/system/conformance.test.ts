import { spawn } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { openCommand, openFolder } from './command.ts';
import { openDistributed } from './distributed.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs the suite as a user would; resolves with its exit code and output. */
async function runSuite(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const suite = spawn('npm', ['run', '--silent', 'test:conformance', '--', ...args], { cwd: root });
  let output = '';
  for (const stream of [suite.stdout, suite.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const code = await new Promise<number | null>((resolve) => suite.once('close', resolve));
  return { code, output };
}

describe('the conformance suite', function () {
  this.timeout(180_000);

  it('passes on an embedded system, and on a distributed one', async () => {
    const folder = await openFolder();
    await copyFile(join(root, 'endpoints.yaml'), join(folder, 'endpoints.yaml'));
    const embedded = await openCommand({ args: ['start'], cwd: folder });
    const { lives, messageUrls } = await openDistributed();

    const runs = await Promise.all([
      runSuite(['--url', embedded.url]),
      runSuite(['--url', lives[1].url, '--messages', messageUrls[0] ?? '']),
    ]);

    for (const { code, output } of runs) {
      expect(code, output).to.equal(0);
      expect(output).to.match(/\d+ passing/);
    }
  });

  it('prints its usage without a URL', async () => {
    const { code, output } = await runSuite([]);

    expect(code).to.equal(2);
    expect(output).to.contain('--url');
  });
});
