/** A request as it goes over the wire; header names in lower case. */
export interface HttpCall {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | File | undefined;
}

/** A header's value as programs pass it on: a character for each byte of its UTF-8. */
export function headerBytes(value: string): string {
  return Array.from(new TextEncoder().encode(value), (byte) => String.fromCharCode(byte)).join('');
}

/** Writes a call as a command for a POSIX shell, which sends the same bytes. */
export function formatCurl({ method, url, headers, body }: HttpCall): string {
  const lines = [`curl ${methodOption(method)}${quote(url)}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`-H ${quote(`${name}: ${value}`)}`);
  // --data-raw, because --data takes a leading @ for the name of a file.
  if (typeof body === 'string') lines.push(`--data-raw ${quote(body)}`);
  else if (body) lines.push(`--data-binary ${quote(`@${body.name}`)}`);
  return lines.join(' \\\n  ');
}

function methodOption(method: string): string {
  if (method === 'GET') return '';
  // With -X HEAD, curl would wait for a body that never arrives.
  return method === 'HEAD' ? '--head ' : `-X ${method} `;
}

/** Quotes one word for a POSIX shell: inside apostrophes, only an apostrophe is special. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
