/** An HTTP request. */
export interface HttpCall {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | undefined;
}

/**
 * The `curl` command of a request, for a POSIX shell.
 *
 * @param variables values that are written as a variable of the environment, by value
 */
export function formatCurl(
  { method, url, headers, body }: HttpCall,
  variables: ReadonlyMap<string, string> = new Map(),
): string {
  const verb = method === 'HEAD' ? ['--head'] : ['--request', method];
  const lines = headers.map(([name, value]) => `--header ${quoteHeader(name, value, variables)}`);
  const data = body === undefined ? [] : [`--data-raw ${quote(body)}`];
  // Braces and brackets in a URL are patterns to curl.
  return ['curl', '--globoff', ...verb, quote(url), ...lines, ...data].join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function quoteHeader(name: string, value: string, variables: ReadonlyMap<string, string>): string {
  for (const [secret, variable] of variables) {
    if (!value.endsWith(secret)) continue;
    const before = value.slice(0, -secret.length);
    return `"${name}: ${before}$${variable}"`;
  }
  return quote(`${name}: ${value}`);
}
