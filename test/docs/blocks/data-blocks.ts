import { parseEndpoints } from '@restmapper/endpoints';
import type { FileProblem } from '@restmapper/core';
import { parse } from 'yaml';
import { parseCaseFile } from '../../../packages/host/src/testing/case-file.ts';
import { isObject } from '../../../packages/host/src/testing/markers.ts';

/** Of every webhook in the documents. */
const secret = 'a-secret-of-24-characters';

/** What is wrong with a YAML block: a file of endpoints or a part of one, or a file of test cases. */
export function problemsOfYaml(text: string): readonly string[] {
  const value: unknown = parse(text) ?? {};
  if (!isObject(value)) return ['it is not a mapping'];
  if ('cases' in value) return problemsOf(() => parseCaseFile(text, 'endpoints.test.yaml'));
  const notes: FileProblem[] = [];
  const problems = problemsOf(() =>
    parseEndpoints('endpoints' in value || 'inputs' in value ? text : text + missingEndpoints(value), {
      file: 'endpoints.yaml',
      directory: '/',
      env: { MAX_BODY: '64KB', STRIPE_SECRET: secret, GITHUB_SECRET: secret, CHAT_SECRET: secret },
      includes: { list: () => ['/included.yaml'], read: () => 'feeds: {}', identify: (path) => path },
      onNote: (note) => notes.push(note),
    }),
  );
  return [...problems, ...notes.map(({ message }) => message)];
}

/** The `endpoints` of a file that begins at another key: those that its workers serve. */
function missingEndpoints({ workers = {}, internal = {} }: Readonly<Record<string, unknown>>): string {
  const endpoints = Object.values(isObject(workers) ? workers : {}).flatMap((worker) => {
    const { on, use } = worker as { readonly on: string; readonly use: string };
    if (isObject(internal) && Object.hasOwn(internal, on)) return [];
    const body = on.startsWith('GET') ? {} : { body: true };
    return [[on, use === 'append' ? { fanout: true, ...body } : { rpc: true, ...body }] as const];
  });
  return `\nendpoints: ${JSON.stringify({ 'GET /any': { rpc: true }, ...Object.fromEntries(endpoints) })}\n`;
}

/** What is wrong with a JSON block: one value, or one in each line. */
export function problemsOfJson(text: string): readonly string[] {
  const whole = problemsOf(() => JSON.parse(text));
  const lines = text.trim().split('\n');
  return whole.length > 0 && lines.length > 1 && lines.every((line) => line.startsWith('{'))
    ? lines.flatMap((line) => problemsOf(() => JSON.parse(line)))
    : whole;
}

function problemsOf(parse: () => unknown): readonly string[] {
  try {
    parse();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
