import { isFieldName, isFieldValue } from './http/field.ts';
import { isGatewayHeader } from './http/gateway-headers.ts';

type Headers = Readonly<Record<string, string>>;

/** The maximum total length of names and values: proxies refuse answers with much longer headers. */
const maxBytes = 8 * 1024;

/**
 * The headers of a worker's error for its caller, by lower-case name.
 *
 * Headers that HTTP does not allow, that belong to the gateway, or that exceed 8 KiB together with those
 * before them are dropped.
 */
export function readErrorHeaders(given: unknown): Headers {
  if (typeof given !== 'object' || given === null) return {};
  const headers = new Map<string, string>();
  let bytes = 0;
  for (const [key, value] of Object.entries(given)) {
    const name = key.toLowerCase();
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || !isSound(name, text)) continue;
    bytes += name.length + text.length;
    if (bytes > maxBytes) break;
    headers.set(name, text);
  }
  return Object.fromEntries(headers);
}

function isSound(name: string, value: string): boolean {
  return isFieldName(name) && isFieldValue(value) && !isGatewayHeader(name);
}
