import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { formatProblem, problemOf } from '../src/problem.ts';
import { problemCodes } from '../src/problem-codes.ts';
import { RequestError } from '../src/request-error.ts';

const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

describe('the codes of problems', () => {
  it('are in the docs, each with its status', () => {
    const rows = Object.entries(problemCodes).map(
      ([code, { status, when }]) => `| \`${code}\` | ${status} | ${when} |`,
    );

    expect(read('docs/wire-protocol.md')).to.include(`\n${rows.join('\n')}\n\n`);
  });

  it('include those that nginx answers by itself, in the same body', () => {
    const answers = [...read('nginx.conf').matchAll(/return (\d+) '(\{"type".*\})';/g)];

    expect(answers).to.have.length(3);
    for (const [, status, text = ''] of answers) {
      const { code, detail, requestId } = JSON.parse(text) as Record<'code' | 'detail' | 'requestId', string>;
      expect(problemCodes)
        .to.have.property(code)
        .that.includes({ status: Number(status) });
      const problem = problemOf(new RequestError(Number(status), code, { detail }));
      expect(text).to.equal(formatProblem(problem, { requestId }));
    }
  });
});
