import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Terminal } from '@restmapper/host';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../test/support/temporary-folder.ts';
import { use } from '../../../test/support/use.ts';
import { runProgram } from '../src/program.ts';

async function scriptFor(shell: string): Promise<string> {
  let script = '';
  const print = (text: string) => (script += text);
  await runProgram(['completion', shell], { print, printError: print } as unknown as Terminal);
  return script;
}

/** The completions of bash for a line that begins with `restmapper`, in a folder with an `orders.yaml`. */
async function offeredAfter(line: string): Promise<readonly string[]> {
  const folder = await makeTemporaryFolder('completion');
  use(folder, () => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'orders.yaml'), '');
  const words = ['restmapper', ...line.split(' ')];
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const script = `${await scriptFor('bash')}
COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}
_restmapper
printf '%s\\n' "\${COMPREPLY[@]}"
complete -p restmapper >&2`;
  const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-c', script], { cwd: folder });
  expect(stderr).to.equal('complete -F _restmapper restmapper\n');
  return stdout.split('\n').filter((word) => word !== '');
}

describe('completion in bash', () => {
  for (const [line, ...offered] of [
    ['ch', 'check'],
    ['dlq ', 'list', 'show', 'replay', 'purge', '--help'],
    ['topology d', 'definitions'],
    ['topology p', 'plan'],
    ['check --', '--no-load', '--live', '--role', '--json', '--sarif', '--file', '--help'],
    ['check ord', 'orders.yaml'],
    ['check --no-load ord', 'orders.yaml'],
    ['work --file ', 'orders.yaml'],
    ['work -f or', 'orders.yaml'],
    ['topology definitions --prefix '],
    ['healthcheck s', 'start', 'serve'],
    ['completion ', 'bash', 'zsh', 'fish', '--help'],
    ['check start --n', '--no-load'],
  ] as const) {
    it(`completes: restmapper ${line}`, async () => {
      expect(await offeredAfter(line)).to.deep.equal(offered);
    });
  }
});

describe('completion in other shells', () => {
  it('describes the commands and options to zsh', async () => {
    const script = await scriptFor('zsh');

    expect(script).to.match(/^#compdef restmapper\n/);
    expect(script).to.contain("'check:report every mistake in a file, with line and column'");
    expect(script).to.contain("'--sarif:print problems and notes as SARIF 2.1.0, for code scanning'");
  });

  it('describes the commands and options to fish', async () => {
    const script = await scriptFor('fish');

    expect(script).to.contain(`-n "__restmapper_is_at 'dlq'" -a 'list' -d`);
    expect(script).to.contain(`-n "__restmapper_is_at 'work'" -s f -l file -r -F -d`);
  });

  it('names the supported shells', async () => {
    const error: unknown = await scriptFor('tcsh').catch((error: unknown) => error);

    expect(error).to.include({
      code: 'CONFIG_INVALID',
      message: 'there is no completion for "tcsh"; one of bash, zsh, fish',
    });
  });
});
