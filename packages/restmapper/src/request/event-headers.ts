import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type CloudEvent, requestError, type RequestError } from '@restmapper/core';
import type { CheckAttributes } from './event-attributes.ts';
import { headerLinesOf } from './header-lines.ts';

const prefix = 'ce-';
const required = ['ce-id', 'ce-source', 'ce-specversion', 'ce-type'];

/** Whether headers describe a CloudEvent, whose data is the body: the binary mode. */
export function hasEventHeaders(headers: IncomingHttpHeaders): boolean {
  return required.some((name) => name in headers);
}

/**
 * Reads the CloudEvent of a request in binary mode.
 *
 * @throws RequestError MALFORMED_REQUEST that names the headers at fault.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#31-binary-content-mode
 */
export function readEventHeaders(
  { headers, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>,
  check: CheckAttributes,
): CloudEvent {
  const attributes = Object.fromEntries(
    [...headerLinesOf(rawHeaders)]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, values]) => [name.slice(prefix.length), decodeHeader(name, values)]),
  );
  if ('datacontenttype' in attributes) throw malformed('ce-datacontenttype must be sent as Content-Type');
  const faults = check(attributes).map(({ pointer, detail }) => `${prefix}${pointer.slice(1)} ${detail}`);
  if (faults.length > 0) throw malformed(faults.join('; '));
  const type = headers['content-type'];
  // Checked: the required attributes are there.
  return { ...attributes, ...(type !== undefined && { datacontenttype: type }) } as unknown as CloudEvent;
}

/** A quoted text, or one that does not end: without the latter, a header full of quotes takes quadratic time. */
const quoted = /"((?:[^"\\]|\\.)*)("|\\?$)/g;
const brokenEncoding = /%(?![\da-f]{2})/i;

/** Resolves quotes, as older senders write them, and then percent-encoding. @see section 3.1.3.2 */
function decodeHeader(name: string, [value = '', ...others]: readonly string[]): string {
  if (others.length > 0) throw malformed(`${name} is there ${others.length + 1} times`);
  const plain = value.replaceAll(quoted, (whole, inside: string, end: string) =>
    end === '"' ? inside.replaceAll(/\\(.)/g, '$1') : whole,
  );
  if (brokenEncoding.test(plain)) throw malformed(`${name} has a % that does not encode a byte`);
  // Node reads a header as Latin-1, so each character is one byte.
  const decoded = plain.replaceAll(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const bytes = Buffer.from(decoded, 'latin1');
  if (!isUtf8(bytes)) throw malformed(`${name} is not UTF-8`);
  return bytes.toString();
}

function malformed(faults: string): RequestError {
  return requestError('MALFORMED_REQUEST', {
    detail: `the headers do not describe a CloudEvent: ${faults}`,
  });
}
