import { kindOf } from './case-check.ts';
import type { Difference } from './differences.ts';
import {
  below,
  compareDeadLetters,
  compareGiven,
  compareHeaders,
  comparePublished,
  compareStatus,
  expectsReply,
} from './expectations.ts';
import type { IdentityFields, Step } from './raw-case-file.ts';
import { bodyOfStep } from './step-body.ts';
import { toStubReply } from './stub-reply.ts';
import type { SentMessage, TestSystem } from './test-system.ts';

/** What a step has led to. */
interface Outcome {
  /** What its kind alone can tell. */
  readonly differences: readonly Difference[];
  /** How many messages are the step's own. */
  readonly own: number;
}

/** Runs a step of a case; resolves with what is not as expected, with paths from the step. */
export async function runStep(system: TestSystem, step: Step): Promise<readonly Difference[]> {
  const before = { messages: system.published().length, deadLetters: system.deadLetters.length };
  for (const [endpoint, stub] of Object.entries(step.stubs ?? {})) system.stub(endpoint, toStubReply(stub));
  const { differences, own } = await runs[kindOf(step)](system, step);
  await system.settled();
  const published = system.published().slice(before.messages + own);
  const deadLetters = system.deadLetters.slice(before.deadLetters);
  return [
    ...differences,
    ...comparePublished(step.expect, published),
    ...compareDeadLetters(step, deadLetters),
  ];
}

const runs = { request: runRequest, message: runMessage, sql: runSql };

async function runRequest(system: TestSystem, step: Step): Promise<Outcome> {
  const { request = '', headers = {}, expect = {} } = step;
  const [method = '', ...path] = request.split(' ');
  const sent = bodyOfStep(step);
  const answer = await system.request(method, path.join(' '), {
    headers: { ...(sent && !namesType(headers) && { 'content-type': sent.type }), ...textsOf(headers) },
    body: sent?.bytes,
  });
  const differences = [
    ...compareStatus({
      expected: expect.status,
      actual: answer.status,
      subject: 'request',
      answer: answer.body,
    }),
    ...below('headers', compareHeaders(expect.headers ?? {}, answer.headers)),
    ...compareGiven(expect, 'body', answer.body),
  ];
  return { differences, own: 0 };
}

async function runMessage(system: TestSystem, step: Step): Promise<Outcome> {
  const { message = '', data, args, params, headers, identity, expect = {} } = step;
  const sent: SentMessage = {
    data,
    args,
    params,
    headers,
    ...(identity && { identity: complete(identity) }),
  };
  const reply = await system.send(message, sent);
  if (!reply) return { differences: expectsReply(expect), own: 1 };
  const { status, body } = reply;
  const isGiven = expect.reply !== undefined;
  const differences = [
    ...(isGiven && expect.status === undefined
      ? []
      : compareStatus({ expected: expect.status, actual: status, subject: 'message', answer: body })),
    ...below('headers', compareHeaders(expect.headers ?? {}, reply.headers)),
    ...compareGiven(expect, 'reply', body),
  ];
  return { differences, own: 1 };
}

async function runSql(system: TestSystem, { sql = '', expect = {} }: Step): Promise<Outcome> {
  const rows: unknown = JSON.parse(JSON.stringify(await system.db.query(sql)));
  return { differences: compareGiven(expect, 'rows', rows), own: 0 };
}

function namesType(headers: NonNullable<Step['headers']>): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
}

function textsOf(headers: NonNullable<Step['headers']>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat().map(String).join(', ')]),
  );
}

function complete({ subject, scheme = 'test', scopes = [], claims = {} }: IdentityFields) {
  return { subject, scheme, scopes, claims };
}
