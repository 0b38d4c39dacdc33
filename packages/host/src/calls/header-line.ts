/** A header of a request, its value as text. */
export type HeaderLine = readonly [name: string, value: string];

/** A value as Node sends it: a character for each byte of its UTF-8. */
export function headerBytes(value: string): string {
  return Buffer.from(value).toString('latin1');
}
