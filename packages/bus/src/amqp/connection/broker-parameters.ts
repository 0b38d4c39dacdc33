/** The TLS parameters of a connection; the files are PEM. */
export interface BrokerTls {
  readonly cacertfile?: string;
  readonly certfile?: string;
  readonly keyfile?: string;
  /** The name that the broker's certificate must have. */
  readonly servername?: string;
  /** @default true */
  readonly isVerified?: boolean;
}

/** The parsed query of a broker's URL. */
export interface BrokerParameters {
  readonly tls: BrokerTls;
  readonly isExternal: boolean;
  readonly timeoutMs: number | undefined;
  /** What client and broker negotiate, under amqplib's names. */
  readonly tuning: { readonly heartbeat?: number; readonly channelMax?: number; readonly frameMax?: number };
}

const fileNames = ['cacertfile', 'certfile', 'keyfile'] as const;
const tlsNames = [...fileNames, 'verify', 'server_name_indication'] as const;

/** Minimum and maximum of each number; 0 means unlimited for the last two. */
const ranges = {
  heartbeat: [0, 65_535],
  connection_timeout: [1, 600_000],
  channel_max: [0, 65_535],
  frame_max: [0, 0x7fff_ffff],
} as const;

const known: readonly string[] = [...tlsNames, 'auth_mechanism', ...Object.keys(ranges)];

/** Every peer must accept frames of this size (AMQP 0-9-1, section 4.2.3). */
const leastFrameMax = 4096;

/** amqplib's own spelling of two of them. */
const synonyms: Readonly<Record<string, string>> = { channelMax: 'channel_max', frameMax: 'frame_max' };

/**
 * Parses the query of a broker's URL.
 *
 * @throws SyntaxError
 */
export function parseBrokerParameters(query: string, isEncrypted: boolean): BrokerParameters {
  const given = readQuery(query);
  const tlsName = tlsNames.find((name) => given.has(name));
  if (tlsName !== undefined && !isEncrypted) {
    throw new SyntaxError(`has ${tlsName}, which needs TLS: let it begin with amqps://`);
  }
  if (given.has('certfile') !== given.has('keyfile')) {
    throw new SyntaxError('must have both certfile and keyfile, or neither');
  }
  return {
    tls: parseTls(given),
    isExternal: choose(given, 'auth_mechanism', ['plain', 'external']) === 'external',
    timeoutMs: parseNumber(given, 'connection_timeout'),
    tuning: parseTuning(given),
  };
}

function parseTuning(given: ReadonlyMap<string, string>): BrokerParameters['tuning'] {
  const heartbeat = parseNumber(given, 'heartbeat');
  const channelMax = parseNumber(given, 'channel_max');
  const frameMax = parseNumber(given, 'frame_max');
  if (frameMax && frameMax < leastFrameMax)
    throw new SyntaxError(`must have 0 or at least ${leastFrameMax} as frame_max`);
  return {
    ...(heartbeat !== undefined && { heartbeat }),
    ...(channelMax !== undefined && { channelMax }),
    ...(frameMax !== undefined && { frameMax }),
  };
}

function parseTls(given: ReadonlyMap<string, string>): BrokerTls {
  const [cacertfile, certfile, keyfile] = fileNames.map((name) => given.get(name));
  const servername = given.get('server_name_indication');
  return {
    ...(cacertfile !== undefined && { cacertfile }),
    ...(certfile !== undefined && { certfile }),
    ...(keyfile !== undefined && { keyfile }),
    ...(servername !== undefined && { servername }),
    isVerified: choose(given, 'verify', ['verify_peer', 'verify_none']) !== 'verify_none',
  };
}

function readQuery(query: string): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const part of query.split('&').filter((part) => part !== '')) {
    const [name, value] = splitParameter(part);
    if (!known.includes(name)) refuse(name);
    if (value === '') throw new SyntaxError(`has ${name} without a value`);
    if (given.has(name)) throw new SyntaxError(`has ${name} twice`);
    given.set(name, value);
  }
  return given;
}

function splitParameter(part: string): readonly [name: string, value: string] {
  const end = part.includes('=') ? part.indexOf('=') : part.length;
  try {
    const name = decodeURIComponent(part.slice(0, end));
    return [synonyms[name] ?? name, decodeURIComponent(part.slice(end + 1))];
  } catch {
    throw new SyntaxError('has a parameter that is not percent-encoded UTF-8; write a % as %25');
  }
}

/** The name is repeated only if it cannot be the rest of a password that contains a question mark. */
function refuse(name: string): never {
  const which = /^\w{1,40}$/.test(name) ? `the unknown parameter ${name}` : 'an unknown parameter';
  throw new SyntaxError(
    `has ${which}; the known ones are ${known.join(', ')}; in a password, write ? as %3F`,
  );
}

function parseNumber(given: ReadonlyMap<string, string>, name: keyof typeof ranges): number | undefined {
  const value = given.get(name);
  if (value === undefined) return undefined;
  const [least, most] = ranges[name];
  const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new SyntaxError(`must have a whole number from ${least} to ${most} as ${name}`);
}

function choose(
  given: ReadonlyMap<string, string>,
  name: string,
  choices: readonly string[],
): string | undefined {
  const value = given.get(name);
  if (value === undefined || choices.includes(value.toLowerCase())) return value?.toLowerCase();
  throw new SyntaxError(`must have ${choices.join(' or ')} as ${name}`);
}
