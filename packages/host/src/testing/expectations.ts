import { kindOf } from './case-check.ts';
import { countItems, type Difference, differencesOf, missingFrom, show } from './differences.ts';
import { isObject } from './markers.ts';
import type { Expectation, Step } from './raw-case-file.ts';
import type { TestMessage, TestSystem } from './test-system.ts';

/** A status, and what is expected of it. */
export interface StatusComparison {
  readonly expected: number | undefined;
  /** A worker that does not choose one has none. */
  readonly actual: number | undefined;
  /** The key that the step has in any case. */
  readonly subject: string;
  readonly answer: unknown;
}

/** Compares the status of an answer; one that is not expected must not be an error. */
export function compareStatus({
  expected,
  actual,
  subject,
  answer,
}: StatusComparison): readonly Difference[] {
  if (expected === actual || (expected === undefined && (actual ?? 200) < 400)) return [];
  const because = (actual ?? 200) < 400 ? '' : `: ${describeError(answer)}`;
  if (expected === undefined) {
    return [
      { path: [subject], message: `the ${subject} failed with the status ${actual}${because}`, actual },
    ];
  }
  const message = `is ${actual ?? 'absent'}, not ${expected}${because}`;
  return [{ path: ['expect', 'status'], message, expected, actual }];
}

/** The code and detail of a problem, or of the error of a worker. */
function describeError(answer: unknown): string {
  const problem = isObject(answer) && isObject(answer['error']) ? answer['error'] : answer;
  if (!isObject(problem)) return show(problem);
  const { code, detail = problem['description'] } = problem;
  return [code, detail].filter((part) => typeof part === 'string').join(', ') || show(problem);
}

/** Compares headers by their names in any case; further ones are not compared. */
export function compareHeaders(
  expected: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, string>>,
): readonly Difference[] {
  const names = Object.keys(expected).filter((name) => Object.hasOwn(actual, name.toLowerCase()));
  return missingFrom(expected, Object.fromEntries(names.map((name) => [name, actual[name.toLowerCase()]])));
}

/** An event has neither reply nor status. */
export function expectsReply(expect: Expectation): readonly Difference[] {
  const key = (['reply', 'status', 'headers'] as const).find((key) => expect[key] !== undefined);
  if (key === undefined) return [];
  return [{ path: ['expect', key], message: 'is absent: events have no reply', expected: expect[key] }];
}

/** Compares a value if something is expected of it. */
export function compareGiven(
  expect: Expectation,
  key: 'body' | 'reply' | 'rows',
  actual: unknown,
): readonly Difference[] {
  return expect[key] === undefined ? [] : below(key, differencesOf(expect[key], actual));
}

/** Compares the messages on the bus, if something is expected of them. */
export function comparePublished(
  { published }: Expectation = {},
  actual: readonly TestMessage[],
): readonly Difference[] {
  return published ? compareEach('published', published, actual) : [];
}

/** A dead letter that is not expected is a failure of the step, wherever it stands. */
export function compareDeadLetters(step: Step, actual: TestSystem['deadLetters']): readonly Difference[] {
  const { deadLetters } = step.expect ?? {};
  if (deadLetters) return compareEach('deadLetters', deadLetters, actual);
  return actual.map(({ endpoint, reason }) => ({
    path: [kindOf(step)],
    message: `an event of ${endpoint} became a dead letter: ${reason}`,
    actual: reason,
  }));
}

/** Compares as many items as there are on both sides, each in what is expected of it. */
function compareEach(
  key: 'published' | 'deadLetters',
  expected: readonly Readonly<Record<string, unknown>>[],
  actual: readonly object[],
): readonly Difference[] {
  const pairs = expected.slice(0, actual.length).entries();
  const differences = [...pairs].flatMap(([index, item]) =>
    missingFrom(item, { ...actual[index] }).map((found) => ({ ...found, path: [index, ...found.path] })),
  );
  if (expected.length === actual.length) return below(key, differences);
  const further = actual[expected.length];
  const which = further ? `; the first one too many is ${show(summaryOf(further))}` : '';
  const message = `has ${countItems(actual)}, not ${expected.length}${which}`;
  return below(key, [...differences, { path: [], message, expected, actual }]);
}

function summaryOf(message: object): object {
  const { endpoint, data, reason } = message as Readonly<Record<string, unknown>>;
  return { endpoint, ...(reason !== undefined && { reason }), data };
}

/** Puts differences below a key of the expectation. */
export function below(key: string, differences: readonly Difference[]): readonly Difference[] {
  return differences.map((found) => ({ ...found, path: ['expect', key, ...found.path] }));
}
