import { isIPv6 } from 'node:net';

const label = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;
/** RFC 5891, section 4.2.3.1. */
const reserved = /^(?!xn)..--/i;
const atom = /^[a-z\d!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z\d!#$%&'*+/=?^_`{|}~-]+)*$/i;
const quoted = /^"(?:[^"\\]|\\.)*"$/;
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;

/** RFC 1123: labels of at most 63 characters, 253 in all; `xn--` labels are not decoded. */
export function isHostname(value: string): boolean {
  return value.length <= 253 && value.split('.').every((part) => label.test(part) && !reserved.test(part));
}

/** `Mailbox` of RFC 5321, of at most 320 characters; a domain may also be an address in brackets. */
export function isEmail(value: string): boolean {
  if (value.length > 320) return false;
  const at = value.lastIndexOf('@');
  const local = value.slice(0, at);
  const domain = value.slice(at + 1);
  return at > 0 && (atom.test(local) || quoted.test(local)) && isMailDomain(domain);
}

function isMailDomain(domain: string): boolean {
  const literal = /^\[(?:ipv6:(.*)|(.*))\]$/i.exec(domain);
  if (!literal) return isHostname(domain);
  return literal[1] === undefined ? isIpv4(literal[2] ?? '') : isIpv6(literal[1]);
}

export function isIpv4(value: string): boolean {
  return value.length <= 15 && ipv4.test(value);
}

/** Without a zone. */
export function isIpv6(value: string): boolean {
  return value.length <= 45 && !value.includes('%') && isIPv6(value);
}

const scheme = /^[a-z][a-z\d+.-]*$/i;
const unreserved = "a-z\\d\\-._~!$&'()*+,;=";
const userInfo = characters(`${unreserved}:`);
const registeredName = characters(unreserved);
const pathCharacters = characters(`${unreserved}:@/`);
const queryCharacters = characters(`${unreserved}:@/?`);
const futureAddress = /^v[\da-f]+\.[a-z\d\-._~!$&'()*+,;=:]+$/i;

function characters(allowed: string): RegExp {
  return new RegExp(`^(?:[${allowed}]|%[\\da-f]{2})*$`, 'i');
}

/** `URI` of RFC 3986. */
export function isUri(value: string): boolean {
  const colon = value.indexOf(':');
  return colon > 0 && scheme.test(value.slice(0, colon)) && isRest(value.slice(colon + 1));
}

/** `URI-reference` of RFC 3986. */
export function isUriReference(value: string): boolean {
  if (isUri(value)) return true;
  const firstSegment = /^[^/?#]*/.exec(value)?.[0] ?? '';
  return !firstSegment.includes(':') && isRest(value);
}

/** Longer URIs are useless, and patterns need stack for each character. */
const maxLength = 1 << 20;

/** The part after the scheme: authority, path, query and fragment. */
function isRest(rest: string): boolean {
  if (rest.length > maxLength) return false;
  const [beforeFragment = '', ...fragment] = splitOnce(rest, '#');
  const [hierarchy = '', ...query] = splitOnce(beforeFragment, '?');
  if (![...fragment, ...query].every((part) => queryCharacters.test(part))) return false;
  if (!hierarchy.startsWith('//')) return pathCharacters.test(hierarchy);
  const slash = hierarchy.indexOf('/', 2);
  const authority = slash === -1 ? hierarchy.slice(2) : hierarchy.slice(2, slash);
  const path = slash === -1 ? '' : hierarchy.slice(slash);
  return isAuthority(authority) && pathCharacters.test(path);
}

function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf('@');
  if (at !== -1 && !userInfo.test(authority.slice(0, at))) return false;
  const host = authority.slice(at + 1);
  if (!host.startsWith('[')) {
    const [name = '', port = ''] = splitOnce(host, ':');
    return registeredName.test(name) && /^\d*$/.test(port);
  }
  const end = host.indexOf(']');
  const address = host.slice(1, end);
  return (
    end !== -1 && (isIpv6(address) || futureAddress.test(address)) && /^(?::\d*)?$/.test(host.slice(end + 1))
  );
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** A URI of the web: `http`, `https` or `ftp`, with a host that is not empty. */
export function isUrl(value: string): boolean {
  const [, rest = ''] = /^(?:https?|ftp):\/\/(.*)$/is.exec(value) ?? [];
  return rest !== '' && !/^[/?#:@]/.test(rest) && isIriRest(rest);
}

/** As in a URI, but non-ASCII letters need no escaping. */
function isIriRest(rest: string): boolean {
  return isRest(`//${rest.replaceAll(/[\u00a1-\uffff]/g, 'x')}`);
}

const literalCharacter = /^[^\p{Cc} "<>\\^`{|}%]$/u;
const expression = /^[+#./;?&=,!@|]?[a-z\d_%.:*,]+$/i;

/** RFC 6570: literals, and expressions in braces. */
export function isUriTemplate(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const character = value.charAt(at);
    if (character === '{') {
      const end = value.indexOf('}', at);
      if (end === -1 || !isExpression(value.slice(at + 1, end))) return false;
      at = end;
    } else if (character === '%') {
      if (!/^%[\da-f]{2}$/i.test(value.slice(at, at + 3))) return false;
      at += 2;
    } else if (!literalCharacter.test(character)) return false;
  }
  return true;
}

function isExpression(text: string): boolean {
  const variable = /^(?:\w|%[\da-f]{2})(?:\.?(?:\w|%[\da-f]{2}))*(?::[1-9]\d{0,3}|\*)?$/i;
  return (
    expression.test(text) &&
    text
      .replace(/^[+#./;?&=,!@|]/, '')
      .split(',')
      .every((name) => name.length < 1024 && variable.test(name))
  );
}
