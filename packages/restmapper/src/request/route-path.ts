import type { Endpoint } from '@restmapper/endpoints';
import { normalPath } from './request-target.ts';

const parameter = /\{[^{}]*\}/;
const special = /[{}()[\]+?!:*\\]/g;

/**
 * An endpoint's path in path-to-regexp's syntax.
 *
 * Its parameters are numbered, not named: `/a/{id}` is `/a/:"0"`. A name might be `__proto__`.
 */
export function toPattern(path: string): string {
  return path
    .split(parameter)
    .map((literal) => normalPath(literal).replaceAll(special, String.raw`\$&`))
    .reduce((pattern, literal, index) => `${pattern}:"${index - 1}"${literal}`);
}

/** Sorts endpoints by precedence where several match: fewer parameters, later parameters, HEAD before GET. */
export function compareSpecificity(a: Endpoint, b: Endpoint): number {
  return (
    a.paramNames.length - b.paramNames.length ||
    compareText(parametersOf(a), parametersOf(b)) ||
    compareText(b.method, a.method)
  );
}

/** Each segment as `0` for literal or `1`, so that an earlier literal comes first. */
function parametersOf({ path }: Endpoint): string {
  return path
    .split('/')
    .map((segment) => (parameter.test(segment) ? '1' : '0'))
    .join('');
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
