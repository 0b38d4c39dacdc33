import { BusError, type BusErrorCode } from '@restmapper/bus';
import { RequestError } from '@restmapper/core';
import { expect } from 'chai';
import { problemFor } from '../../src/answer/problem-for.ts';

describe('outcomeOf', () => {
  const statuses: readonly (readonly [BusErrorCode, number])[] = [
    ['BROKER_UNAVAILABLE', 503],
    ['BROKER_BLOCKED', 503],
    ['BROKER_REFUSED', 503],
    ['NOT_DECLARED', 503],
    ['OVERLOADED', 503],
    ['UNROUTABLE', 503],
    ['NO_WORKER', 503],
    ['PUBLISH_TIMEOUT', 504],
    ['RPC_TIMEOUT', 504],
  ];
  for (const [code, status] of statuses) {
    it(`maps ${code} to the status ${status}`, () => {
      const outcome = problemFor(new BusError(code, 'connect ECONNREFUSED 10.0.0.3:5672'));

      expect(outcome).to.include({ code, status });
      expect(outcome.detail).not.to.contain('10.0.0.3');
    });
  }

  it('passes on the status and code of a RequestError', () => {
    const violations = [{ pointer: '/a', detail: 'must be string' }];

    const outcome = problemFor(new RequestError(422, 'INVALID_BODY', { detail: 'so', violations }));

    expect(outcome).to.deep.equal({
      status: 422,
      code: 'INVALID_BODY',
      detail: 'so',
      violations,
      headers: {},
    });
  });

  it('spreads the return of refused callers over one to three seconds', () => {
    const error = new BusError('BROKER_BLOCKED', 'alarm');

    const earliest = problemFor(error, () => 0).headers['retry-after'];
    const latest = problemFor(error, () => 0.999).headers['retry-after'];

    expect([earliest, latest]).to.deep.equal(['1', '3']);
  });

  for (const defect of [new TypeError('secret of the inside'), 'a string', undefined]) {
    it(`hides the details of a defect: ${String(defect)}`, () => {
      const outcome = problemFor(defect);

      expect(outcome).to.include({ status: 500, code: 'INTERNAL' });
      expect(JSON.stringify(outcome)).not.to.contain('secret');
    });
  }
});
