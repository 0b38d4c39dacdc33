/** Appends names to a JSON pointer, escaped by RFC 6901. */
export function extendPointer(pointer: string, ...names: readonly (string | number)[]): string {
  const escaped = names.map((name) => String(name).replaceAll('~', '~0').replaceAll('/', '~1'));
  return [pointer, ...escaped].join('/');
}

/** Splits a JSON pointer into its names. */
export function pointerNames(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Names the value of a pointer in a sentence: by its key, or as an item such as `type[1]`. */
export function nameOf(pointer: string): string {
  const [outer, key = outer] = pointerNames(pointer).slice(-2);
  if (key === undefined) return 'the file';
  return /^\d+$/.test(key) ? `\`${outer}[${key}]\`` : `\`${key}\``;
}
