import { rm } from 'node:fs/promises';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { use } from '../support/use.ts';
import { isAsExpected, parseBlocks } from './document-blocks.ts';
import { DocumentRun } from './run-document.ts';

/** Runs a document in a folder of its own; `'''` stands for a fence. */
async function run(document: string, changes: Readonly<Record<string, string>> = {}): Promise<void> {
  const folder = use(await makeTemporaryFolder('document'), (folder) => rm(folder, { recursive: true }));
  const run = use(new DocumentRun({ folder, env: process.env, changes }), (run) => run.close());
  await run.run(parseBlocks(document.replaceAll("'''", '```')));
}

async function failureOf(document: string): Promise<string> {
  const error: unknown = await run(document).catch((error: unknown) => error);
  return error instanceof Error ? error.message : '';
}

describe('a runnable document', () => {
  it('has blocks with a line, a language and attributes', () => {
    const blocks = parseBlocks('# T\n\n```sh background=dev until="is ready"\na\nb\n```\n');

    expect(blocks).to.deep.equal([
      { line: 3, language: 'sh', attributes: { background: 'dev', until: 'is ready' }, text: 'a\nb\n' },
    ]);
  });

  it('writes files, runs commands in the folder that `cd` set, and compares their output', async () => {
    await run(`
'''sh
mkdir a && cd a
'''
'''yaml file=b/c.yaml
d: 8080
'''
'''sh
cat b/c.yaml; pwd
'''
'''text output
d: 8080
/…/a
'''
`);
  });

  it('repeats a command until its output is as expected', async () => {
    await run(`
'''sh eventually
echo x >> lines; cat lines
'''
'''text output
x
x
x
'''
`);
  });

  it('reads the output of background commands, and replaces texts', async () => {
    await run(
      `
'''sh background=a until="ready"
echo ready; sleep 0.1; echo one; exec sleep 600
'''
'''text output=a
two
'''
`,
      { one: '2', two: '2' },
    );
  });

  it('does not run blocks that are left to the reader', async () => {
    await run(`
'''sh manual
exit 1
'''
`);
  });

  it('fails when a command fails', async () => {
    expect(await failureOf("\n\n'''sh\nfalse; true\n'''\n")).to.match(/^line 3: Command failed/);
  });

  it('fails when the output differs', async () => {
    expect(await failureOf("'''sh\necho a\n'''\n'''text output\nb\n'''\n")).to.equal(
      'line 4: expected\nb\n\nbut it printed\na\n',
    );
  });

  it('fails when a background command ends too soon', async () => {
    expect(await failureOf("'''sh background=a until=\"ready\"\necho no\n'''\n")).to.equal(
      'line 1: it ended: no\n',
    );
  });

  it('matches any text against an ellipsis in an output', () => {
    expect(isAsExpected('a (1)\nb\n', 'a (1)\n…')).to.equal(true);
    expect(isAsExpected('a (12) b', 'a (…) b')).to.equal(true);
    expect(isAsExpected('a b c', 'a c')).to.equal(false);
    expect(isAsExpected('abc', 'a.c')).to.equal(false);
  });
});
