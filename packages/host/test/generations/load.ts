import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { use } from '../../../../test/support/use.ts';
import { keyOf, type ModelName } from './models.ts';
import type { TestSystem } from './open-test-system.ts';

/** Callers that never pause, and know the answers of each model. */
export interface Load {
  /** Calls answered. */
  readonly calls: number;
  /** The `n` of each event that was accepted. */
  readonly accepted: readonly number[];
  /** Calls with other answers than the current model gives. */
  readonly wrong: readonly string[];
  /** Expects another model; during the replacement, either may answer. */
  replace(name: ModelName): Promise<void>;
  /** Makes no more calls; resolves when all are answered. */
  stop(): Promise<void>;
}

type Answers = Readonly<Record<ModelName, string>>;

interface Call {
  readonly path: string;
  readonly body: () => object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly answers: Answers;
}

/** Takes a while, so that there are always many in flight. */
const slow: Call = {
  path: '/echo',
  body: () => ({ is: 'same' }),
  answers: { a: '200 {"is":"same"}', b: '200 {"is":"same"}' },
};

/** The answers that differ between the models. */
const calls: readonly Call[] = [
  { path: '/version', body: () => ({}), answers: { a: '200 "a"', b: '200 "b"' } },
  { path: '/shape', body: () => ({ a: 1 }), answers: { a: '200 {"a":1}', b: '422' } },
  { path: '/extra', body: () => ({}), answers: { a: '200 {}', b: '404' } },
  {
    path: '/guarded',
    body: () => ({}),
    headers: { 'x-api-key': keyOf('a') },
    answers: { a: '200 {}', b: '401' },
  },
];

/** How many calls run at once. */
const slowCallers = 120;
const quickCallersOfEach = 2;

/** Leaves time for other work on the machine. */
const paceMs = 20;

/** Starts calling. */
export function startLoad({ system, models, api }: TestSystem): Load {
  const agent = use(new Agent({ keepAlive: true, maxSockets: Infinity }), (agent) => agent.destroy());
  const state = { calls: 0, accepted: [] as number[], wrong: [] as string[], isStopped: false };
  /** Odd during a replacement. */
  let era = 0;
  let inForce: ModelName = 'a';
  let n = 0;
  const ask = async ({ path, body, headers, answers }: Call): Promise<boolean> => {
    const [before, expected] = [era, inForce];
    const url = `${api}${models.path}${path}`;
    const answer = await post(url, { agent, body: JSON.stringify(body()), headers: headers ?? {} });
    const isSure = before === era && era % 2 === 0;
    const allowed = isSure ? [answers[expected]] : Object.values(answers);
    const isRight = allowed.some((right) => answer === right || answer.split(' ')[0] === right);
    if (!isRight) state.wrong.push(`${path}: ${answer}, not ${allowed.join(' or ')}`);
    state.calls += 1;
    return isRight;
  };
  const store = async (): Promise<void> => {
    n += 1;
    const own = n;
    const isStored = await ask({
      path: '/kept',
      body: () => ({ n: own }),
      answers: { a: '200 {}', b: '200 {}' },
    });
    if (isStored) state.accepted.push(own);
  };
  const repeat = async (call: () => Promise<unknown>): Promise<void> => {
    while (!state.isStopped) {
      await call();
      await sleep(paceMs);
    }
  };
  const many = (count: number, call: () => Promise<unknown>) =>
    Array.from({ length: count }, () => repeat(call));
  const callers = [
    ...many(slowCallers, () => ask(slow)),
    ...many(quickCallersOfEach, store),
    ...calls.flatMap((call) => many(quickCallersOfEach, () => ask(call))),
  ];
  return {
    get calls() {
      return state.calls;
    },
    accepted: state.accepted,
    wrong: state.wrong,
    async replace(name) {
      era += 1;
      await system.replace(models[name]);
      inForce = name;
      era += 1;
    },
    async stop() {
      state.isStopped = true;
      await Promise.all(callers);
    },
  };
}

interface PostOptions {
  readonly agent: Agent;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Resolves with status and body, `200 {}`, or with the error. */
export function post(url: string, { agent, body, headers }: PostOptions): Promise<string> {
  return new Promise((resolve) => {
    const all = { 'content-type': 'application/json', 'content-length': body.length, ...headers };
    const call = request(url, { method: 'POST', agent, headers: all }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve(`${response.statusCode} ${text}`));
      response.on('error', (error) => resolve(`broken: ${error.message}`));
    });
    call.on('error', (error) => resolve(`failed: ${error.message}`));
    call.end(body);
  });
}
