import { Interrupted, RequestError } from '@restmapper/core';
import type { Delivery, Outcome } from '@restmapper/bus';
import { expect } from 'chai';
import { Reject, Released, Retry } from '../../src/work/errors.ts';
import { outcomeOf } from '../../src/work/outcome.ts';
import { createDelivery } from '../support/deliveries.ts';

const now = 1_700_000_000_000;

const event = (failures = 0) => createDelivery({ attempt: failures + 1, failures });
const request = (deadlineEpochMs = now + 10_000) => createDelivery({ wantsReply: true, deadlineEpochMs });

function outcome(result: Parameters<typeof outcomeOf>[0], delivery: Delivery): Outcome {
  return outcomeOf(result, delivery, { retries: 3, now: () => now, random: () => 0 });
}

function replyOf(outcome: Outcome): unknown {
  if (outcome.kind !== 'reply') throw new Error(`not a reply: ${outcome.kind}`);
  expect(outcome.isError).to.equal(true);
  return { status: outcome.status, body: JSON.parse(outcome.body.toString()) as unknown };
}

describe('the outcome of an event', () => {
  it('is an ack when the handler returns', () => {
    expect(outcome({ reply: Buffer.from('7') }, event())).to.deep.equal({ kind: 'ack' });
  });

  it('is a retry after the requested delay, at any attempt', () => {
    const error = new Retry(250, 'not yet');

    expect(outcome({ error }, event(99))).to.deep.equal({ kind: 'retry', delayMs: 250, reason: 'not yet' });
  });

  it("is a rejection for the handler's reason", () => {
    const error = new Reject('no such order');

    expect(outcome({ error }, event())).to.deep.equal({ kind: 'reject', reason: 'no such order' });
  });

  it('is a retry after a failure however often the handler requested one before', () => {
    const asked = createDelivery({ attempt: 99, failures: 0 });

    expect(outcome({ error: new Error('first') }, asked)).to.include({ kind: 'retry', delayMs: 1000 });
  });

  it('is a retry with growing delay while attempts are left, then a rejection', () => {
    const error = new TypeError('boom');

    const outcomes = [0, 1, 2, 3].map((failures) => outcome({ error }, event(failures)));

    expect(outcomes).to.deep.equal([
      { kind: 'retry', delayMs: 1000, reason: 'TypeError: boom', isFailure: true },
      { kind: 'retry', delayMs: 2000, reason: 'TypeError: boom', isFailure: true },
      { kind: 'retry', delayMs: 4000, reason: 'TypeError: boom', isFailure: true },
      { kind: 'reject', reason: 'TypeError: boom' },
    ]);
  });

  it('never waits longer than ten minutes', () => {
    const result = outcomeOf({ error: new Error('x') }, event(60), { retries: 100, random: () => 0 });

    expect(result).to.include({ kind: 'retry', delayMs: 600_000 });
  });

  it('is that of any other error when the handler throws a RequestError, since there is no caller', () => {
    const error = new RequestError(404, 'GONE');

    expect(outcome({ error }, event())).to.include({ kind: 'retry', reason: 'RequestError: GONE' });
  });

  it('names a thrown value that is not an error', () => {
    expect(outcome({ error: 'just text' }, event(4))).to.deep.equal({ kind: 'reject', reason: 'just text' });
  });

  it('does not depend on a deadline, which only requests have', () => {
    const overdue = createDelivery({ deadlineEpochMs: now - 1 });

    expect(outcome({ error: new Error('x') }, overdue)).to.include({ kind: 'retry' });
  });

  it('is a requeue when the process ends', () => {
    expect(outcome({ error: new Interrupted() }, event(99))).to.deep.equal({ kind: 'requeue' });
  });

  it('is a release, which is not counted, when the database is away for long', () => {
    expect(outcome({ error: new Released() }, event(99))).to.deep.equal({ kind: 'release' });
  });
});

describe('the outcome of a request', () => {
  it('is the reply of the handler', () => {
    const reply = Buffer.from('{"a":1.0}');

    expect(outcome({ reply }, request())).to.deep.equal({ kind: 'reply', body: reply });
  });

  it("is a RequestError's status, code, description and violations", () => {
    const violations = [{ pointer: '/a', detail: 'is required' }];
    const error = new RequestError(422, 'INVALID_QUERY', { detail: 'not valid', violations });

    expect(replyOf(outcome({ error }, request()))).to.deep.equal({
      status: 422,
      body: { error: { code: 'INVALID_QUERY', description: 'not valid', errors: violations } },
    });
  });

  it('includes the headers of a RequestError', () => {
    const error = new RequestError(429, 'TOO_MANY', { headers: { 'Retry-After': '3' } });

    expect(replyOf(outcome({ error }, request()))).to.deep.equal({
      status: 429,
      body: { error: { code: 'TOO_MANY', description: 'TOO_MANY', headers: { 'Retry-After': '3' } } },
    });
  });

  it('is a value when the handler returns something that looks like an error', () => {
    const reply = Buffer.from('{"error":{"code":404}}');

    expect(outcome({ reply }, request())).to.deep.equal({ kind: 'reply', body: reply });
  });

  for (const error of [new Error('SELECT secret'), new Reject('secret'), 'secret']) {
    it(`is 500 without details when the handler throws ${String(error)}`, () => {
      expect(replyOf(outcome({ error }, request()))).to.deep.equal({
        status: 500,
        body: { error: { code: 'WORKER_ERROR', description: 'the worker failed' } },
      });
    });
  }

  it('is a retry only when the deadline leaves the time', () => {
    const error = new Retry(1000);

    expect(outcome({ error }, request(now + 1001))).to.include({ kind: 'retry', delayMs: 1000 });
    expect(outcome({ error }, request(now + 1000))).to.include({ kind: 'reply', status: 500 });
  });

  it('is an ack when the deadline has passed, whatever the handler did', () => {
    expect(outcome({ reply: Buffer.from('1') }, request(now))).to.deep.equal({ kind: 'ack' });
    expect(outcome({ error: new Error('x') }, request(now - 1))).to.deep.equal({ kind: 'ack' });
  });

  it('is a requeue when the process ends', () => {
    expect(outcome({ error: new Interrupted() }, request())).to.deep.equal({ kind: 'requeue' });
  });

  it('is an error when the reply is larger than the bus allows', () => {
    const reply = Buffer.alloc(16 * 1024 * 1024, '1');

    expect(outcome({ reply }, request())).to.include({ kind: 'reply', status: 500 });
    expect(replyOf(outcome({ reply }, request()))).to.have.nested.property(
      'body.error.code',
      'REPLY_TOO_LARGE',
    );
  });
});
