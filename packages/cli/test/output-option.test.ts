import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Terminal } from '@restmapper/host';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../test/support/temporary-folder.ts';
import { use } from '../../../test/support/use.ts';
import { runProgram } from '../src/program.ts';

const valid = 'endpoints: { GET /a: { rpc: true } }';

async function openProject(text = valid): Promise<string> {
  const folder = use(await makeTemporaryFolder('output'), (path) => rmSync(path, { recursive: true }));
  writeFileSync(join(folder, 'endpoints.yaml'), text);
  return folder;
}

async function run(folder: string, command: string, output: string): Promise<string> {
  let printed = '';
  const terminal = { env: {}, print: (text: string) => void (printed += text) } as unknown as Terminal;
  const code = await runProgram([command, join(folder, 'endpoints.yaml'), '--output', output], terminal);
  expect(code).to.equal(0);
  return printed;
}

async function refusalOf(running: Promise<string>): Promise<string> {
  const error: unknown = await running.catch((error: unknown) => error);
  expect(error).to.include({ code: 'CONFIG_INVALID' });
  return error instanceof Error ? error.message : '';
}

describe('--output', () => {
  for (const command of ['types', 'openapi', 'asyncapi']) {
    it(`writes what \`${command}\` prints`, async () => {
      const folder = await openProject();
      const path = join(folder, 'out');
      const printed = await run(folder, command, '-');

      expect(await run(folder, command, path)).to.equal('');

      expect(readFileSync(path, 'utf8')).to.equal(printed).and.to.contain('/a');
      expect(readdirSync(folder)).to.have.members(['endpoints.yaml', 'out']);
    });
  }

  it('keeps a file when endpoints.yaml is invalid, and a target that cannot be written', async () => {
    const folder = await openProject('endpoints: 7');
    const path = join(folder, 'types.ts');
    writeFileSync(path, 'before');

    expect(await refusalOf(run(folder, 'types', path))).to.contain('endpoints.yaml:1:12');
    writeFileSync(join(folder, 'endpoints.yaml'), valid);
    const missing = await refusalOf(run(folder, 'types', join(folder, 'no/types.ts')));
    const isFolder = await refusalOf(run(folder, 'types', folder));

    expect(readFileSync(path, 'utf8')).to.equal('before');
    expect(missing).to.match(/^--output .*no\/types\.ts cannot be written: there is no such file$/);
    expect(isFolder).to.match(/cannot be written: it is a folder$/);
    expect(readdirSync(folder)).to.have.members(['endpoints.yaml', 'types.ts']);
  });

  it('replaces what a link points to, and keeps its mode', async () => {
    const folder = await openProject();
    const [target, link] = [join(folder, 'target.ts'), join(folder, 'link.ts')];
    writeFileSync(target, 'before');
    chmodSync(target, 0o600);
    symlinkSync(target, link);

    await run(folder, 'types', link);

    expect(lstatSync(link).isSymbolicLink()).to.equal(true);
    expect(readFileSync(target, 'utf8')).to.contain('GET /a');
    expect(statSync(target).mode & 0o777).to.equal(0o600);
  });

  it('leaves a file alone that has the text already', async () => {
    const folder = await openProject();
    const path = join(folder, 'types.ts');
    await run(folder, 'types', path);
    const { ino, mtimeMs } = statSync(path);

    await run(folder, 'types', path);

    expect(statSync(path)).to.deep.include({ ino, mtimeMs });
  });
});
