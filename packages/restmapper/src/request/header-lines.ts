/**
 * The values of each header of a request, by lower-case name, in the order in which they came.
 *
 * Node itself drops repetitions of some; and before 20.20, reading `headersDistinct` of a request with a header called
 * `constructor` throws.
 */
export function headerLinesOf(rawHeaders: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const lines = new Map<string, string[]>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = rawHeaders[at + 1] ?? '';
    const earlier = lines.get(name);
    if (earlier) earlier.push(value);
    else lines.set(name, [value]);
  }
  return lines;
}
