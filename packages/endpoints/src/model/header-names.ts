/** A token of RFC 9110, section 5.6.2. */
const token = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;

const kinds = {
  credentials: 'carries credentials, which workers do not get; they have `identity`',
  framing: 'says how the request is transferred, and ends at the gateway',
  routing: 'is written by proxies, and may come from the caller instead',
} as const;

/** By lower-case name; a `*` stands for any ending. */
const unusable: readonly (readonly [names: readonly string[], why: string])[] = [
  [['authorization', 'cookie', 'proxy-*'], kinds.credentials],
  [
    [
      'connection',
      'content-encoding',
      'content-length',
      'expect',
      'http2-settings',
      'keep-alive',
      'te',
      'trailer',
      'transfer-encoding',
      'upgrade',
    ],
    kinds.framing,
  ],
  [['forwarded', 'host', 'via', 'x-forwarded-*', 'x-real-ip'], kinds.routing],
];

/** Describes why an endpoint cannot declare a request header of this name; `undefined` if it can. */
export function headerFault(name: string): string | undefined {
  if (!token.test(name)) return `\`${name}\` is not the name of a header`;
  const lower = name.toLowerCase();
  const [, why] = unusable.find(([names]) => names.some((known) => matches(lower, known))) ?? [];
  return why && `\`${name}\` ${why}`;
}

function matches(name: string, known: string): boolean {
  return known.endsWith('*') ? name.startsWith(known.slice(0, -1)) : name === known;
}
