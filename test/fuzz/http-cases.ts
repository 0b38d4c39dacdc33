import { type Arbitrary, array, constant, nat, oneof, record } from 'fast-check';
import { expect } from 'chai';
import { parseAnswers } from './answers.ts';
import { exchange } from './exchange.ts';
import { mutate, mutations, split } from './mutations.ts';
import { outcomeOf, type Tally } from './outcomes.ts';
import { encodeRequest, type SoundRequest, soundRequests } from './requests.ts';
import { smuggling } from './smuggling.ts';

/** The bytes of one connection. */
export type HttpCase =
  | {
      readonly kind: 'sound';
      readonly requests: readonly SoundRequest[];
      readonly places: readonly number[];
      readonly readPauseMs: number;
    }
  | { readonly kind: 'broken'; readonly bytes: Buffer; readonly places: readonly number[] }
  | { readonly kind: 'smuggled'; readonly bytes: Buffer; readonly places: readonly number[] };

/** Long enough for any answer; a broken request may get none, so its wait is short. */
const patience = { sound: 20_000, broken: 250, smuggled: 250 };

export function httpCases(paths: readonly string[]): Arbitrary<HttpCase> {
  const places = array(nat(3_000), { maxLength: 4 });
  const readPauseMs = oneof({ weight: 9, arbitrary: constant(0) }, { weight: 1, arbitrary: nat(200) });
  const requests = array(soundRequests(paths), { minLength: 1, maxLength: 4 });
  const mutated = record({ requests, mutations }).map(({ requests, mutations }) =>
    mutate(encodeAll(requests.map(withBody)), mutations),
  );
  return oneof(
    { weight: 8, arbitrary: record({ kind: constant('sound' as const), requests, places, readPauseMs }) },
    { weight: 3, arbitrary: record({ kind: constant('broken' as const), bytes: mutated, places }) },
    { weight: 2, arbitrary: record({ kind: constant('smuggled' as const), bytes: smuggling, places }) },
  );
}

/** Replaces HEAD, whose answers have no body: in a broken request, the method is uncertain. */
function withBody(request: SoundRequest): SoundRequest {
  return request.method === 'HEAD' ? { ...request, method: 'GET' } : request;
}

function encodeAll(requests: readonly SoundRequest[]): Buffer {
  const last = requests.length - 1;
  return Buffer.concat(
    requests.map((request, i) => encodeRequest(request, { id: `fuzz-${i}`, isLast: i === last })),
  );
}

/** The number of requests in it. */
export function sizeOf(one: HttpCase): number {
  return one.kind === 'sound' ? one.requests.length : 1;
}

export interface SendOptions {
  readonly tally: Tally;
  /** Whether the answers come from the gateway, not from a proxy. */
  readonly isDirect: boolean;
  /** Whether an answer has the id of its request. */
  readonly echoesIds: boolean;
}

/** Sends it, and fails when an answer is invalid. */
export async function sendCase(
  port: number,
  one: HttpCase,
  { tally, isDirect, echoesIds }: SendOptions,
): Promise<void> {
  const bytes = one.kind === 'sound' ? encodeAll(one.requests) : one.bytes;
  const methods = one.kind === 'sound' ? one.requests.map(({ method }) => method) : [];
  const { text, ending } = await exchange(port, split(bytes, one.places), {
    patienceMs: patience[one.kind],
    readPauseMs: one.kind === 'sound' ? one.readPauseMs : 0,
  });
  // A proxy may read a broken request as HTTP/0.9, whose answers have neither status nor headers.
  const answers = isDirect || one.kind === 'sound' ? parseAnswers(text, { methods }) : [];
  for (const answer of answers) tally.add(isDirect ? outcomeOf(answer) : String(answer.status));
  if (one.kind === 'smuggled') expect(answers.length, 'answers').to.be.at.most(1);
  if (one.kind !== 'sound') return;
  // When Node closes a connection while more requests arrive, it is reset, and earlier answers may be lost.
  if (ending === 'reset' && one.requests.length > 1) return tally.add('reset');
  expect(ending).to.equal('closed');
  expect(answers.length, 'answers').to.be.within(1, one.requests.length);
  if (answers.length < one.requests.length)
    expect(answers.at(-1)?.headers.get('connection')).to.equal('close');
  if (!echoesIds) return;
  const ids = answers.map(({ headers }, i) => headers.get('x-request-id') ?? `fuzz-${i}`);
  expect(ids).to.deep.equal(answers.map((_answer, i) => `fuzz-${i}`));
}
