import { readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Terminal } from '@restmapper/host';
import { expect } from 'chai';
import { runProgram } from '../src/program.ts';

const folder = fileURLToPath(new URL('./broken', import.meta.url));
const names = readdirSync(folder).flatMap((name) => (name.endsWith('.yaml') ? [name.slice(0, -5)] : []));

/** The output of `check` for a file, with the folder as `/project`. */
async function messageOf(name: string): Promise<string> {
  const file = relative('.', `${folder}/${name}.yaml`);
  const terminal = { env: {}, print: () => {}, printError: () => {}, readFile: () => '' };
  const error: unknown = await runProgram(['check', file], terminal as unknown as Terminal).catch(
    (error: unknown) => error,
  );
  expect(error).to.include({ code: 'CONFIG_INVALID' });
  const text = String(error).replace('ConfigError: ', '');
  return `${text.replaceAll(folder, '/project').replaceAll(`${relative('.', folder)}/`, '')}\n`;
}

/** Each `<name>.yaml` is broken, and `<name>.txt` is the output of `check`. */
describe('a broken file', () => {
  it('is broken in many ways', () => {
    expect(names.length).to.be.at.least(25);
  });

  for (const name of names) {
    it(`is refused as documented: ${name}`, async () => {
      expect(await messageOf(name)).to.equal(readFileSync(`${folder}/${name}.txt`, 'utf8'));
    });
  }

  it('always has a place, a line of the file, and what to do', async () => {
    for (const name of names)
      expect(await messageOf(name)).to.match(/^\S+\.yaml:\d+:\d+ .{20,}\n( +\d+ \|.*\n)+ +\| *\t*\^/);
  });
});
