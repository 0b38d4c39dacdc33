import { tokenizeJson, type JsonToken } from './json-tokens.ts';

/**
 * The beginning of JSON as one line, with spaces only after colons and commas.
 *
 * Every other piece is punctuation, possibly empty, so that lines differ in their texts but not in their
 * structure.
 */
export function jsonLine(text: string, maxCharacters: number): readonly JsonToken[] {
  const pieces: JsonToken[] = [];
  let punctuation = '';
  let length = 0;
  for (const token of tokenizeJson(text.slice(0, 4 * maxCharacters))) {
    if (length >= maxCharacters) break;
    length += token.text.length;
    if (token.kind === 'punctuation') {
      punctuation += token.text === ':' || token.text === ',' ? `${token.text} ` : token.text;
      continue;
    }
    pieces.push({ kind: 'punctuation', text: punctuation });
    pieces.push({ kind: token.kind, text: token.text.slice(0, maxCharacters) });
    punctuation = '';
  }
  return [...pieces, { kind: 'punctuation', text: punctuation }];
}
