/** Parses an option that may be repeated: its values are a list. Unlike `<many...>`, it leaves arguments alone. */
export function collect(text: string, previous: unknown): readonly string[] {
  return Array.isArray(previous) ? [...previous, text] : [text];
}
