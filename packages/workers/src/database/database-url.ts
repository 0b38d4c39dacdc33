import { parseTls, type DatabaseTls } from './database-tls.ts';

/** The connection parameters of a PostgreSQL server. */
export interface DatabaseAddress {
  /** `postgres://host:port/database` without user and password, for display. */
  readonly place: string;
  /** A name, an address, or the folder of a Unix socket; if absent, `pg` uses `PGHOST`. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly applicationName: string | undefined;
  /** Command-line options for the session; poolers refuse them. */
  readonly options: string | undefined;
  readonly tls: DatabaseTls;
}

/** RFC 3986, appendix B, with a scheme and an authority. */
const uriPattern = /^(postgres|postgresql):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(#.*)?$/is;

/** The user, the host, or an IPv6 address in brackets, and the port. */
const authorityPattern = /^(?:(.*)@)?(?:\[([^\]]+)\]|([^:[\]]*))(?::(\d*))?$/s;

/**
 * Parses the URL of a database: any URI of RFC 3986, its parts percent-encoded in UTF-8.
 *
 * libpq's parameters for the server, the user and TLS are supported, and take precedence over the rest of the
 * URL.
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 * @throws SyntaxError with a reason that repeats neither user nor password.
 */
export function parseDatabaseUrl(url: string): DatabaseAddress {
  const [, , authority = '', path = '', query = '', fragment] = uriPattern.exec(url) ?? refuseUrl();
  if (fragment !== undefined) throw new SyntaxError('has a #: in a user, password or database, write %23');
  const [, userinfo = '', ipv6, name = '', portText = ''] =
    authorityPattern.exec(authority) ?? refuseAuthority();
  const parameters = parseParameters(query);
  const given = (parameter: string, inUrl: string): string | undefined =>
    parameters.get(parameter) || inUrl || undefined;
  const host = given('host', ipv6 ?? parseHost(name));
  const port = given('port', portText);
  const database = given('dbname', decode(path.slice(1), 'database'));
  const isSocket = host?.startsWith('/') === true;
  return {
    place: placeOf({ host, port, database }),
    host,
    port: port === undefined ? undefined : parsePort(port),
    user: given('user', decode(userinfo.replace(/:.*$/s, ''), 'user')),
    password: given('password', decode(userinfo.replace(/^[^:]*:?/s, ''), 'password')),
    database,
    applicationName: parameters.get('application_name') || undefined,
    options: parameters.get('options') || undefined,
    tls: isSocket ? { mode: 'disable' } : parseTls(parameters),
  };
}

function placeOf(parts: {
  readonly host: string | undefined;
  readonly port: string | undefined;
  readonly database: string | undefined;
}): string {
  const { host = 'localhost', port, database = '' } = parts;
  const shown = host.includes(':') ? `[${host}]` : host;
  if (host.startsWith('/')) return `${host}/.s.PGSQL.${port ?? 5432}, database ${database}`;
  return `postgres://${shown}${port === undefined ? '' : `:${port}`}/${database}`;
}

function refuseUrl(): never {
  throw new SyntaxError('must begin with postgres:// or postgresql://');
}

function refuseAuthority(): never {
  throw new SyntaxError(
    'is not a URL of the form postgres://user:password@host:5432/name; in a user or password, write / ? # @ : as %2F %3F %23 %40 %3A',
  );
}

function parseHost(name: string): string {
  const host = decode(name, 'host');
  if (/[\s,@]/.test(host)) refuseAuthority();
  return host;
}

function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new SyntaxError('must have a port from 1 to 65535');
}

/** Unlike in a form, a plus sign is literal. */
function parseParameters(query: string): ReadonlyMap<string, string> {
  const pairs = query.split('&').filter((pair) => pair !== '');
  return new Map(
    pairs.map((pair) => {
      const equals = pair.includes('=') ? pair.indexOf('=') : pair.length;
      return [decode(pair.slice(0, equals), 'parameter'), decode(pair.slice(equals + 1), 'parameter')];
    }),
  );
}

function decode(text: string, part: string): string {
  try {
    const decoded = decodeURIComponent(text);
    if (!decoded.includes('\0')) return decoded;
  } catch {
    // Reported below.
  }
  throw new SyntaxError(`has a ${part} that is not percent-encoded UTF-8; write a % as %25`);
}
