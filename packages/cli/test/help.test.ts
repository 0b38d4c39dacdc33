import { readFileSync } from 'node:fs';
import type { Terminal } from '@restmapper/host';
import { expect } from 'chai';
import { use } from '../../../test/support/use.ts';
import type { CliCommand } from '../src/command/cli-command.ts';
import { commands } from '../src/commands.ts';
import { runProgram } from '../src/program.ts';

/** One section for each command: its arguments after `$ restmapper`, the exit code, and its output. */
const documented = readFileSync(new URL('./help.txt', import.meta.url), 'utf8');
const sections = documented.split(/^\$ restmapper /m).slice(1);

async function sectionOf(args: string): Promise<string> {
  let printed = '';
  const print = (text: string) => (printed += text);
  const code = await runProgram(args.split(' '), { print, printError: print } as unknown as Terminal);
  return `${args}\nexit code ${code}\n${printed}\n`;
}

function namesOf(commands: readonly CliCommand[]): readonly string[] {
  return commands.flatMap(({ name, commands: below = [] }) => [
    name,
    ...namesOf(below).map((inner) => `${name} ${inner}`),
  ]);
}

describe('the help of the command line', () => {
  beforeEach(() => {
    // On a terminal, the width of the terminal would apply.
    for (const stream of [process.stdout, process.stderr]) {
      const { isTTY } = stream;
      use(Object.assign(stream, { isTTY: false }), () => void Object.assign(stream, { isTTY }));
    }
  });

  it('has a section for every command', () => {
    const helped = namesOf(commands).map((name) => `${name} --help`);

    const documented = sections.map((section) => section.slice(0, section.indexOf('\n')));

    expect(documented).to.include.members(['--help', ...helped]);
  });

  for (const section of sections) {
    const args = section.slice(0, section.indexOf('\n'));
    it(`is as documented after restmapper ${args}`, async () => {
      expect(await sectionOf(args)).to.equal(section);
    });
  }
});
