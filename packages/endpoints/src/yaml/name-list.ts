/** Lists words in a sentence: `a, b and c`. */
export function listOf(words: readonly string[]): string {
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)}` : words.join('');
}

/** Lists names in a sentence, each in backticks. */
export function namesOf(names: readonly string[]): string {
  return listOf(names.map((name) => `\`${name}\``));
}
