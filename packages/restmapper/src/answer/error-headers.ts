type Headers = Readonly<Record<string, string>>;

/** Longest names and values together: a proxy in front refuses an answer with much longer headers. */
const maxBytes = 8 * 1024;

/** A token of RFC 9110, section 5.6.2. */
const token = /^[!#$%&'*+.^_`|~\da-z-]+$/;

/** A field value of RFC 9110, section 5.5, without the characters that only Latin-1 has. */
const fieldValue = /^[\t -~]*$/;

/** These frame the answer, describe its body, or protect the caller: the gateway alone sets them. */
const gatewayHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'content-security-policy',
  'content-type',
  'date',
  'idempotency-replayed',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-content-type-options',
  'x-request-id',
]);

const gatewayPrefixes = ['access-control-', 'proxy-'];

/**
 * The headers of a worker's error for its caller, by lower-case name.
 *
 * A header that HTTP does not allow, that is the gateway's own, or that exceeds 8 KiB together with those
 * before it is left out.
 */
export function readErrorHeaders(given: unknown): Headers {
  if (typeof given !== 'object' || given === null) return {};
  const headers: Record<string, string> = {};
  let bytes = 0;
  for (const [key, value] of Object.entries(given)) {
    const name = key.toLowerCase();
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || !isSound(name, text)) continue;
    bytes += name.length + text.length;
    if (bytes > maxBytes) break;
    headers[name] = text;
  }
  return headers;
}

function isSound(name: string, value: string): boolean {
  return (
    token.test(name) &&
    fieldValue.test(value) &&
    !gatewayHeaders.has(name) &&
    !gatewayPrefixes.some((prefix) => name.startsWith(prefix))
  );
}
