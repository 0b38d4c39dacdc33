/** Headers that frame the answer, describe its body, or protect the caller. */
const names: ReadonlySet<string> = new Set([
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

const prefixes = ['access-control-', 'proxy-'];

/** Whether only the gateway sets a header of its answers; the name is in lower case. */
export function isGatewayHeader(name: string): boolean {
  return names.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}
