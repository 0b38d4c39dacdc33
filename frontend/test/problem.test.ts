import { expect } from 'chai';
import { parseProblem, ProblemError, problemOf } from '../src/lib/problem.ts';

describe('problem', () => {
  it("holds the API's own words", () => {
    const problem = parseProblem(
      422,
      JSON.stringify({
        type: 'about:blank',
        title: 'Unprocessable Content',
        status: 422,
        detail: 'the body is not valid',
        code: 'INVALID_BODY',
        requestId: 'abc',
        errors: [{ pointer: '/a', detail: 'must be a number' }],
      }),
    );

    expect(problem).to.deep.equal({
      title: 'Unprocessable Content',
      status: 422,
      detail: 'the body is not valid',
      code: 'INVALID_BODY',
      requestId: 'abc',
      errors: [{ pointer: '/a', detail: 'must be a number' }],
    });
  });

  it('is derived from the status when the body is something else', () => {
    for (const body of ['<h1>Bad Gateway</h1>', '', 'null', '[]', '{"errors":[1,null,{}]}']) {
      const problem = parseProblem(502, body);

      expect(problem.title).to.equal('HTTP 502');
      expect(problem.status).to.equal(502);
    }
  });

  it('is made from an error, with the reason in words', () => {
    const problem = parseProblem(503, '{"title":"Service Unavailable"}');

    expect(problemOf(new ProblemError(problem))).to.equal(problem);
    expect(problemOf(new TypeError('Failed to fetch'))).to.include({
      title: 'No answer',
      detail: 'Failed to fetch',
    });
  });
});
