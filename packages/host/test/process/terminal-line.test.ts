import { expect } from 'chai';
import { formatTerminalLine } from '../../src/process/terminal-line.ts';

const time = new Date(2026, 0, 2, 3, 4, 5, 6).getTime();

function format(entry: object, colors = false): string {
  const line = JSON.stringify({ level: 30, time, pid: 7, role: 'start', ...entry });
  return formatTerminalLine(`${line}\n`, { colors });
}

describe('a log entry at a terminal', () => {
  it('has time, level, message and a line for each field', () => {
    expect(format({ status: 404, code: 'GONE', absent: null, msg: 'refused' })).to.equal(
      '[03:04:05.006] INFO: refused\n    status: 404\n    code: "GONE"\n    absent: null\n',
    );
  });

  it('shows objects as JSON, and errors by their stack, with their other properties', () => {
    const err = { type: 'Error', message: 'lost', stack: 'Error: lost\n    at open', code: 'EPIPE' };

    expect(format({ level: 50, err, path: { file: 'C:\\new' }, msg: 'failed' })).to.equal(
      `[03:04:05.006] ERROR: failed
    err: Error: lost
        at open
    {
      "code": "EPIPE"
    }
    path: {
      "file": "C:\\new"
    }
`,
    );
  });

  it('indents the lines of a text', () => {
    expect(format({ note: 'a\n[03:04:05.006] INFO: b', msg: 'one\ntwo' })).to.equal(
      '[03:04:05.006] INFO: one\n    two\n    note: "a\n    [03:04:05.006] INFO: b"\n',
    );
  });

  it('colours the level, the message and the names of fields', () => {
    expect(format({ level: 40, n: 1, msg: 'late' }, true)).to.equal(
      '[03:04:05.006] \u001b[33mWARN\u001b[39m: \u001b[36mlate\u001b[39m\n    \u001b[35mn\u001b[39m: 1\n',
    );
  });
});
