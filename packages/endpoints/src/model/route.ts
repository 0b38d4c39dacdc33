import { type Method, methods } from './model.ts';
import { exchangeName, nameFault } from './names.ts';
import { didYouMean } from '../yaml/suggestion.ts';

/** A parsed endpoint key, `METHOD /path`. */
export interface Route {
  readonly key: string;
  readonly method: Method;
  readonly path: string;
  /** The path segments; `{name}` for a parameter, empty after a trailing slash. */
  readonly segments: readonly string[];
  readonly paramNames: readonly string[];
}

/** The path at which the gateway describes its API; no endpoint may have it. */
export const openApiPath = '/openapi.json';

/** Parses a key, or describes its mistake. */
export function parseRoute(key: string): Route | string {
  const [, word = '', path = ''] = /^(\S+) (\/.*)$/s.exec(key) ?? [];
  if (word === '') return `\`${key}\` must be \`METHOD /path\`${suggestPath(key)}`;
  const method = methods.find((known) => known === word);
  if (!method) return `unknown method \`${word}\`${suggestMethod(word)}`;
  const segments = path.slice(1).split('/');
  const paramNames = segments.filter(isParam).map((segment) => segment.slice(1, -1));
  const fault =
    pathFault(segments) ?? reservedFault(path) ?? repeatedParam(paramNames) ?? lengthFault(path, method);
  return fault ?? { key, method, path, segments, paramNames };
}

function suggestPath(key: string): string {
  const [, word, path] = /^(\S+) ([^\s/]\S*)$/.exec(key) ?? [];
  const isRelative = methods.some((method) => method === word);
  return isRelative ? `; did you mean \`${word} /${path}\`?` : ', such as `GET /messages/`';
}

function suggestMethod(word: string): string {
  return didYouMean(word, methods) || `; the methods are ${methods.join(', ')}`;
}

function pathFault(segments: readonly string[]): string | undefined {
  for (const [index, segment] of segments.entries()) {
    const fault = segmentFault(segment, index === segments.length - 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** RFC 3986's unreserved characters and sub-delims. */
const literal = /^[A-Za-z0-9\-._~!$&'()*+,;=]+$/;

/** Wildcards of other routers: `*`, `*rest`, `(.*)`. */
const wildcard = /^(?:\*+\w*|\(\.\*\))$/;

function segmentFault(segment: string, isLast: boolean): string | undefined {
  if (segment === '') return isLast ? undefined : 'the path has two slashes in a row';
  if (/^\.\.?$/.test(segment)) return `clients resolve \`${segment}\` in a path before they call it`;
  if (wildcard.test(segment)) {
    return `\`${segment}\` in the path would not be a wildcard; a parameter such as \`{name}\` matches one segment`;
  }
  if (isParam(segment) || literal.test(segment)) return undefined;
  const [, name] = /^(?::|<(?=.*>$)|\[(?=.*\]$))([A-Za-z]\w*)[>\]]?$/.exec(segment) ?? [];
  if (name !== undefined) return `a parameter in the path is written \`{${name}}\`, not \`${segment}\``;
  if (/[{}]/.test(segment)) {
    return `\`${segment}\` in the path must be exactly \`{name}\`, the name letters, digits and \`_\``;
  }
  if (segment.includes('?')) return 'a path ends before its `?`; describe the parameters under `query`';
  return `\`${segment}\` in the path has characters other than letters, digits and \`-._~!$&'()*+,;=\``;
}

function reservedFault(path: string): string | undefined {
  return path === openApiPath ? `the path \`${path}\` is reserved for the description of the API` : undefined;
}

function repeatedParam(names: readonly string[]): string | undefined {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  return repeated === undefined ? undefined : `the path has two parameters \`{${repeated}}\``;
}

function lengthFault(path: string, method: Method): string | undefined {
  const fault = nameFault(exchangeName(path, method));
  return fault === undefined ? undefined : `the exchange's name, \`<path>:${method}\`, ${fault}`;
}

function isParam(segment: string): boolean {
  return /^\{[A-Za-z]\w*\}$/.test(segment);
}

/**
 * The relation of two routes.
 *
 * - `apart`: no call matches both.
 * - `same`: every call matches both: they differ in the names of parameters at most.
 * - `ordered`: some calls match both, and wherever the two differ the same one of them has the literal
 *   segment; it wins.
 * - `ambiguous`: some calls match both, and each has a literal where the other has a parameter.
 */
export type Relation = 'apart' | 'same' | 'ordered' | 'ambiguous';

/** Compares two routes by method, then segment by segment; a trailing slash makes a path different. */
export function relationOf(a: Route, b: Route): Relation {
  if (a.method !== b.method || a.segments.length !== b.segments.length) return 'apart';
  let aIsLiteral = false;
  let bIsLiteral = false;
  for (const [index, left] of a.segments.entries()) {
    const right = b.segments[index] ?? '';
    if (isParam(left) && isParam(right)) continue;
    // A parameter never matches the empty segment after a trailing slash.
    const isMatch = left === right || (isParam(left) && right !== '') || (isParam(right) && left !== '');
    if (!isMatch) return 'apart';
    aIsLiteral ||= isParam(right);
    bIsLiteral ||= isParam(left);
  }
  if (aIsLiteral && bIsLiteral) return 'ambiguous';
  return aIsLiteral || bIsLiteral ? 'ordered' : 'same';
}
