import { nearest, type ReportMistake } from '@restmapper/endpoints';
import { parseMarker } from './markers.ts';
import type { Step, Stub } from './raw-case-file.ts';
import { bodyKeys } from './step-body.ts';
import { toStubReply } from './stub-reply.ts';

interface Kind {
  readonly keys: readonly (keyof Step)[];
  readonly expected: readonly string[];
}

/** The further keys of each kind of step, and what it can expect. */
const kinds: Readonly<Record<'request' | 'message' | 'sql', Kind>> = {
  request: {
    keys: ['headers', ...bodyKeys, 'stubs'],
    expected: ['status', 'headers', 'body', 'published', 'deadLetters'],
  },
  message: {
    keys: ['data', 'args', 'params', 'headers', 'identity', 'stubs'],
    expected: ['status', 'headers', 'reply', 'published', 'deadLetters'],
  },
  sql: { keys: [], expected: ['rows'] },
};

/** The kind of a step. */
export function kindOf(step: Step): keyof typeof kinds {
  if (step.request !== undefined) return 'request';
  return step.message === undefined ? 'sql' : 'message';
}

/** Reports keys that do not go with the kind of a step. */
export function checkStep(step: Step, pointer: string, report: ReportMistake): void {
  const kind = kindOf(step);
  const { keys, expected } = kinds[kind];
  const strange = Object.keys(step).filter((key) => ![kind, 'expect', ...keys].includes(key));
  for (const key of strange) report(`${pointer}/${key}`, notWith(key, kind, keys));
  const unexpected = Object.keys(step.expect ?? {}).filter((key) => !expected.includes(key));
  for (const key of unexpected) report(`${pointer}/expect/${key}`, notWith(key, kind, expected));
  const [first, ...others] = Object.keys(step).filter((key) => isBodyKey(key));
  for (const key of others)
    report(`${pointer}/${key}`, `\`${key}\` does not go with \`${first}\`: keep one of them`);
  for (const [endpoint, stub] of Object.entries(step.stubs ?? {})) {
    checkStub(stub, `${pointer}/stubs/${escape(endpoint)}`, report);
  }
}

function isBodyKey(key: string): boolean {
  return bodyKeys.some((known) => known === key);
}

function checkStub(stub: Stub, pointer: string, report: ReportMistake): void {
  const strange = stub.error ? Object.keys(stub).filter((key) => key !== 'error') : [];
  for (const key of strange)
    report(`${pointer}/${key}`, `\`${key}\` goes with \`reply\`, not with \`error\``);
  try {
    toStubReply(stub);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    report(pointer, error.message);
  }
}

/** A name as a part of a JSON pointer. */
function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function notWith(key: string, kind: string, known: readonly string[]): string {
  const near = nearest(key, known);
  const hint = near === undefined ? '' : `; did you mean \`${near}\`?`;
  return `\`${key}\` does not go with \`${kind}\`${hint}`;
}

/** Reports markers that are not valid, anywhere in an expectation. */
export function checkMarkers(value: unknown, pointer: string, report: ReportMistake): void {
  try {
    parseMarker(value);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    report(pointer, error.message);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    checkMarkers(member, `${pointer}/${escape(name)}`, report);
  }
}
