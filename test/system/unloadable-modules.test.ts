import { expect } from 'chai';
import { unloadableSentences, writeUnloadableModules } from '../support/unloadable-modules.ts';
import { openFolder, runCommand } from './command.ts';

describe('a module that cannot be loaded', function () {
  this.timeout(60_000);

  it('is named with a sentence that says what to do', async () => {
    const cwd = await openFolder();
    const file = await writeUnloadableModules(cwd);

    const { code, stderr } = await runCommand({ args: ['check', file], cwd, env: { NODE_NO_WARNINGS: '1' } });

    const lines = stderr.trim().split('\n');
    const sentences = unloadableSentences(cwd, process.versions.node);
    expect(lines).to.have.length(sentences.length);
    for (const [index, sentence] of sentences.entries()) expect(lines[index]).to.include(sentence);
    expect(code).to.equal(1);
  });
});
