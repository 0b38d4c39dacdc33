type Headers = Readonly<Record<string, string>>;

/** The maximum total length of names and values: proxies refuse answers with much longer headers. */
const maxBytes = 8 * 1024;

/** A token of RFC 9110, section 5.6.2. */
const token = /^[!#$%&'*+.^_`|~\da-z-]+$/;

/** A field value of RFC 9110, section 5.5, in ASCII only. */
const fieldValue = /^[\t -~]*$/;

/** Headers that frame the answer, describe its body, or protect the caller: only the gateway sets them. */
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
 * Headers that HTTP does not allow, that belong to the gateway, or that exceed 8 KiB together with those
 * before them are dropped.
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
