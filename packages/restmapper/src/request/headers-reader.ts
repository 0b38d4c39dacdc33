import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { requestError } from '@restmapper/core';
import { type Endpoint, headerFieldsOf, type SchemaCompiler, type Texts } from '@restmapper/endpoints';
import { headerLinesOf } from './header-lines.ts';

/** Converts a request's declared headers to the JSON of the envelope's `headers`. */
export type HeadersReader = (request: Pick<IncomingMessage, 'rawHeaders'>) => Buffer | undefined;

/**
 * Creates the reader of the request headers that an endpoint declares; others are ignored.
 *
 * A header that comes several times is one, with the values joined by commas. Where the schema has an array, it is
 * split at its commas, quoted ones excepted.
 *
 * The reader throws RequestError INVALID_HEADERS for schema violations, and MALFORMED_REQUEST for a value that is
 * not UTF-8.
 * @see RFC 9110, sections 5.3 and 5.6.1
 */
export function createHeadersReader(
  { headers }: Pick<Endpoint, 'headers'>,
  compiler: SchemaCompiler,
): HeadersReader {
  if (headers === undefined) return () => undefined;
  const fields = headerFieldsOf(headers);
  const readTexts = compiler.compileText(headers);
  return ({ rawHeaders }) => {
    const found = headerLinesOf(rawHeaders);
    const texts: Texts = Object.create(null);
    for (const { name, isList } of fields) {
      const lines = found.get(name);
      if (!lines) continue;
      const text = decode(name, lines.join(', '));
      texts[name] = isList ? splitList(text) : text;
    }
    const { values, violations } = readTexts(texts);
    if (violations.length === 0) return Buffer.from(JSON.stringify(values));
    throw requestError('INVALID_HEADERS', {
      detail: 'the request headers do not match their schema',
      violations,
    });
  };
}

const ascii = /^[\t -~]*$/;

/** Node reads a header as Latin-1, so each character is one byte. */
function decode(name: string, value: string): string {
  if (ascii.test(value)) return value;
  const bytes = Buffer.from(value, 'latin1');
  if (isUtf8(bytes)) return bytes.toString();
  throw requestError('MALFORMED_REQUEST', { detail: `the header ${name} is not UTF-8` });
}

/** Text without commas, and quoted text, which may have some; one that does not end takes the rest. */
const element = /(?:"(?:[^"\\]|\\.)*"?|[^",])+/g;

/** The elements of a list; empty ones do not count. */
function splitList(text: string): string[] {
  return [...text.matchAll(element)].map(([found]) => found.trim()).filter((found) => found !== '');
}
