import type { EntryFilter } from './entry-log.ts';
import type { MessageEntry } from './feed-entry.ts';
import { tokenizeJson } from './json-tokens.ts';

/**
 * Matches messages that contain the text, ignoring case, and every entry that is not a message.
 *
 * It searches both the rendered row and the source: white space between tokens is ignored, and escapes equal
 * their characters, in the message and in the text.
 */
export function containsText(text: string): EntryFilter | undefined {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return undefined;
  const pattern = patternOf(decoded(wanted).toLowerCase());
  const written = patternOf(wanted);
  return (entry) => {
    if (entry.kind !== 'message') return true;
    return pattern.test(searchable(entry)) || (hasEscapes(entry) && written.test(asWritten(entry)));
  };
}

function hasEscapes({ raw }: MessageEntry): boolean {
  return raw.includes('\\');
}

function asWritten({ raw }: MessageEntry): string {
  return joined(raw).toLowerCase();
}

/** Each message is parsed once, however often the search changes. */
const known = new WeakMap<MessageEntry, string>();

function searchable(entry: MessageEntry): string {
  const found = known.get(entry) ?? textOf(entry.raw);
  known.set(entry, found);
  return found;
}

function textOf(raw: string): string {
  return (/[\\\s]/.test(raw) ? decoded(joined(raw)) : raw).toLowerCase();
}

/** JSON, or a part of it, without white space between tokens. */
function joined(json: string): string {
  let all = '';
  for (const { text } of tokenizeJson(json)) all += text;
  return all;
}

/** Finds a text in compact JSON; white space around separators in the text is optional. */
function patternOf(text: string): RegExp {
  const source = text.split(/(\s*[:,{}[\]]\s*)/).map((part, index) => {
    const literal = part.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    return index % 2 === 0 ? literal : literal.replaceAll(/\s+/g, '\\s*');
  });
  return new RegExp(source.join(''));
}

const escape = /\\(?:u([\da-f]{4})|(["\\/]))/gi;

/** Decodes escapes such as `\u00e9` and `\/`, but keeps those of control characters. */
function decoded(text: string): string {
  return text.replaceAll(escape, (whole, hex: string | undefined, plain: string | undefined) => {
    if (hex === undefined) return plain ?? whole;
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return character < ' ' ? whole : character;
  });
}
