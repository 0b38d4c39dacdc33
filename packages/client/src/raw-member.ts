/**
 * The source text of a member's value in a JSON object; `undefined` without that member.
 *
 * `JSON.parse` rounds 12345678901234567890 and makes 1 of 1.0; the text keeps both. The object must be valid
 * JSON, and its names written without escapes.
 */
export function rawMember(json: string, name: string): string | undefined {
  let at = skipWhitespace(json, json.indexOf('{') + 1);
  while (json[at] === '"') {
    const nameEnd = endOfString(json, at);
    const start = skipWhitespace(json, skipWhitespace(json, nameEnd) + 1);
    const end = endOfValue(json, start);
    if (json.slice(at + 1, nameEnd - 1) === name) return json.slice(start, end);
    at = skipWhitespace(json, end);
    if (json[at] !== ',') return undefined;
    at = skipWhitespace(json, at + 1);
  }
  return undefined;
}

function skipWhitespace(json: string, at: number): number {
  let next = at;
  while (' \n\r\t'.includes(json[next] ?? '.')) next += 1;
  return next;
}

function endOfString(json: string, start: number): number {
  for (let at = start + 1; ; at += 1) {
    at = json.indexOf('"', at);
    if (at < 0) throw new SyntaxError('a string without an end');
    if (!isEscaped(json, at)) return at + 1;
  }
}

/** A quote is escaped after an odd number of backslashes. */
function isEscaped(json: string, quote: number): boolean {
  let at = quote;
  while (json[at - 1] === '\\') at -= 1;
  return (quote - at) % 2 === 1;
}

function endOfValue(json: string, start: number): number {
  if (json[start] === '"') return endOfString(json, start);
  if (json[start] !== '{' && json[start] !== '[') return endOfScalar(json, start);
  let depth = 0;
  for (let at = start; at < json.length; at += 1) {
    const character = json[at];
    if (character === '"') at = endOfString(json, at) - 1;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth === 0) return at + 1;
  }
  throw new SyntaxError('a value without an end');
}

function endOfScalar(json: string, start: number): number {
  let at = start;
  while (at < json.length && !',}] \n\r\t'.includes(json[at] ?? '')) at += 1;
  return at;
}
