import { spawnSync } from 'node:child_process';
import { expect } from 'chai';

const hostile = 'a\u001b[2J\u0007\u009b1m\r\n[12:00:00.000] INFO: all is well';

/** Logs an error and a field with the text in a separate process; returns its output. */
function logged(terminal: boolean): string {
  const logger = new URL('../../src/process/logger.ts', import.meta.url).href;
  const script = `
    import { createLogger } from ${JSON.stringify(logger)};
    const log = createLogger({ level: 'info', role: 'serve', terminal: ${terminal} });
    const text = ${JSON.stringify(hostile)};
    log.info({ reason: text, nested: { text }, err: new Error(text) }, 'refused');`;
  const { stdout } = spawnSync(
    process.execPath,
    ['--conditions=@restmapper/source', '--import', 'tsx', '--input-type=module', '--eval', script],
    { encoding: 'utf8' },
  );
  return stdout;
}

describe('the log', () => {
  it('is one line of JSON for each entry, for any text', () => {
    const [line = '', ...rest] = logged(false).split('\n');

    expect(rest).to.deep.equal(['']);
    expect(JSON.parse(line)).to.deep.include({ msg: 'refused', reason: hostile, nested: { text: hostile } });
  });

  it('sends no commands to the terminal, and forges no lines', () => {
    const text = logged(true);

    expect(text)
      .to.contain('refused')
      .and.match(/\\u001b\[2J/);
    expect(text).not.to.match(/[^\P{Cc}\n]/u);
    expect(text.match(/^\[/gm)).to.have.length(1);
  });
});
