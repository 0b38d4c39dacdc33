/** Why a TLS handshake fails and what to do about it, by the error codes of Node and OpenSSL. */
const tlsReasons: readonly (readonly [codes: RegExp, sentence: string])[] = [
  [
    /^(?:ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)|EPROTO)$/,
    'the other side does not speak TLS on this port',
  ],
  [
    /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/,
    'its certificate is signed by an authority that is not trusted here: name the file of that authority',
  ],
  [/^CERT_HAS_EXPIRED$/, 'its certificate has expired'],
  [/^CERT_NOT_YET_VALID$/, 'its certificate is not valid yet: compare the clocks'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'its certificate is for another host'],
  [
    /^ERR_SSL_TLSV1(?:3)?_ALERT_CERTIFICATE_REQUIRED$|^ERR_SSL_(?:SSLV3|TLSV1).*ALERT.*(?:HANDSHAKE|CERTIFICATE)/,
    'it refuses this client: does it ask for a client certificate?',
  ],
  [
    /^ERR_SSL_(?:UNSUPPORTED_PROTOCOL|TLSV1_ALERT_PROTOCOL_VERSION|.*VERSION)/,
    'the two sides have no TLS version in common',
  ],
];

/** The same for a host that cannot be reached. */
const networkReasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'this host is not known',
  EAI_AGAIN: 'the name server does not respond',
  ECONNREFUSED: 'no server listens there',
  ETIMEDOUT: 'it does not respond',
  EHOSTUNREACH: 'there is no route to this host',
  ENETUNREACH: 'there is no route to this host',
};

/** OpenSSL's error texts contain a path and line of its source. */
const opensslText = /^[0-9A-F]+:error:[0-9A-F]+:[^:]*:[^:]*:([^:]*)/i;

/**
 * Explains in a sentence why a connection could not be opened, followed by the system's message.
 *
 * Returns `undefined` if neither the network nor TLS is the reason.
 */
export function explainConnection(error: unknown): string | undefined {
  const { code, message } = firstOf(error);
  const original = opensslText.exec(message)?.[1]?.trim() ?? message.trim();
  const text = message === '' ? code : original;
  const tls = tlsReasons.find(([codes]) => codes.test(code));
  if (tls) return `${tls[1]} (${text})`;
  const network = networkReasons[code];
  if (network !== undefined) return `${network} (${text})`;
  return opensslText.test(message) || code.startsWith('ERR_SSL_') ? `TLS failed (${text})` : undefined;
}

/** A host with several addresses fails once for each. */
function firstOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return firstOf(error.errors[0]);
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  return { code: 'code' in error ? String(error.code) : '', message: error.message };
}
