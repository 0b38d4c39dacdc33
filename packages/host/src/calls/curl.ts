import { isUtf8 } from 'node:buffer';
import type { HeaderLine } from './header-line.ts';

/** An HTTP request. */
export interface HttpCall {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly HeaderLine[];
  readonly body: Buffer | undefined;
}

export interface CurlOptions {
  /** Values that are written as a variable of the environment, by value. @default none */
  readonly variables?: ReadonlyMap<string, string>;
  /** The file that has the body. */
  readonly file?: string | undefined;
}

/**
 * The `curl` command of a request, for a POSIX shell.
 *
 * A body of a file is read from it. Bytes that no command line can hold are expected on standard input.
 */
export function formatCurl(
  { method, url, headers, body }: HttpCall,
  { variables = new Map(), file }: CurlOptions = {},
): string {
  const verb = method === 'HEAD' ? ['--head'] : ['--request', method];
  const lines = headers.map(([name, value]) => `--header ${quoteHeader(name, value, variables)}`);
  const data = body === undefined ? [] : [formatBody(body, file)];
  // Braces and brackets in a URL are patterns to curl.
  return ['curl', '--globoff', ...verb, quote(url), ...lines, ...data].join(' ');
}

function formatBody(body: Buffer, file: string | undefined): string {
  if (file !== undefined) return `--data-binary ${quote(`@${file}`)}`;
  return isUtf8(body) && !body.includes(0) ? `--data-raw ${quote(body.toString())}` : '--data-binary @-';
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function quoteHeader(name: string, value: string, variables: ReadonlyMap<string, string>): string {
  // To curl, a header without a value is one to leave out.
  if (value === '') return quote(`${name};`);
  for (const [secret, variable] of variables) {
    if (!value.endsWith(secret)) continue;
    const before = value.slice(0, -secret.length);
    return `"${name}: ${before}$${variable}"`;
  }
  return quote(`${name}: ${value}`);
}
