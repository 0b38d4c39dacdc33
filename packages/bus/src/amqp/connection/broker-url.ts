import type { Options } from 'amqplib';
import { parseBrokerParameters, type BrokerTls } from './broker-parameters.ts';

/** The address of a broker and how to connect to it. */
export interface BrokerAddress {
  /** `amqp://host:port/vhost` without user and password, for display. */
  readonly place: string;
  /** `host:port`, with the port if the URL has one. */
  readonly host: string;
  readonly isEncrypted: boolean;
  /** The options for amqplib, whose URL parser does not support UTF-8. */
  readonly connect: Options.Connect;
  readonly tls: BrokerTls;
  /** Whether the client authenticates by its certificate. */
  readonly isExternal: boolean;
  /** The connect timeout, if the URL has one. */
  readonly timeoutMs: number | undefined;
}

/** RFC 3986, appendix B, with a scheme and an authority. */
const uriPattern = /^(amqps?):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(#.*)?$/is;

/** The user, the host, or an IPv6 address in brackets, and the port. */
const authorityPattern = /^(?:(.*)@)?(?:\[([^\]]+)\]|([^:[\]]*))(?::(\d*))?$/s;

/**
 * Parses the URL of a broker: any URI of RFC 3986, its parts percent-encoded in UTF-8.
 *
 * The parameters are those of RabbitMQ's own clients.
 * @see https://www.rabbitmq.com/docs/uri-spec
 * @see https://www.rabbitmq.com/docs/uri-query-parameters
 * @throws SyntaxError with a reason that repeats neither user nor password.
 */
export function parseBrokerUrl(url: string): BrokerAddress {
  const [, scheme = '', authority = '', path = '', query = '', fragment] =
    uriPattern.exec(url) ?? refuseUrl();
  if (fragment !== undefined) throw new SyntaxError('has a #: in a user, password or vhost, write %23');
  const isEncrypted = scheme.toLowerCase() === 'amqps';
  const [, userinfo = '', ipv6, name = '', port = ''] = authorityPattern.exec(authority) ?? refuseAuthority();
  const hostname = ipv6?.replace('%25', '%') ?? parseHost(name);
  const { tls, isExternal, timeoutMs, tuning } = parseBrokerParameters(query, isEncrypted);
  const vhost = decode(path.slice(1), 'vhost') || '/';
  const host = `${ipv6 === undefined ? hostname : `[${ipv6}]`}${port && `:${port}`}`;
  return {
    place: `${scheme.toLowerCase()}://${host}${path}`,
    host,
    isEncrypted,
    isExternal,
    timeoutMs,
    tls,
    connect: {
      protocol: isEncrypted ? 'amqps' : 'amqp',
      hostname,
      ...(port && { port: parsePort(port) }),
      ...parseCredentials(userinfo),
      vhost: encodeURIComponent(vhost),
      ...tuning,
    },
  };
}

/** Splits a list of URLs at its commas; a URL may contain commas itself. */
export function splitBrokerUrls(list: string): readonly string[] {
  return list
    .split(/,(?=[\s,]*(?:[a-z][a-z0-9+.-]*:\/\/|$))/i)
    .map((url) => url.trim())
    .filter((url) => url !== '' && url !== ',');
}

function refuseUrl(): never {
  throw new SyntaxError('must begin with amqp:// or amqps://');
}

function refuseAuthority(): never {
  throw new SyntaxError(
    'is not a URL of the form amqp://user:password@host:5672/vhost; in a user or password, write / ? # @ : as %2F %3F %23 %40 %3A',
  );
}

/** An empty host means localhost, as in RabbitMQ's own clients. */
function parseHost(name: string): string {
  const host = decode(name, 'host') || 'localhost';
  if (/[\s,/@]/.test(host)) refuseAuthority();
  return host;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (port >= 1 && port <= 65_535) return port;
  throw new SyntaxError('must have a port from 1 to 65535');
}

/** Without user and password, RabbitMQ's default user. */
function parseCredentials(userinfo: string): { readonly username: string; readonly password: string } {
  if (userinfo === '' || userinfo === ':') return { username: 'guest', password: 'guest' };
  const colon = userinfo.includes(':') ? userinfo.indexOf(':') : userinfo.length;
  return {
    username: decode(userinfo.slice(0, colon), 'user'),
    password: decode(userinfo.slice(colon + 1), 'password'),
  };
}

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SyntaxError(`has a ${part} that is not percent-encoded UTF-8; write a % as %25`);
  }
}
