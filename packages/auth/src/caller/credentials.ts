/**
 * A caller's credentials: the headers of a request, by names in lower case.
 *
 * Never the URL, which ends up in logs and histories.
 */
export type Credentials = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The value of a header sent exactly once. */
export function headerOf(credentials: Credentials, name: string): string | undefined {
  const value = Object.hasOwn(credentials, name) ? credentials[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/**
 * The part after the scheme in `Authorization`, such as the token of a `Bearer`. @see RFC 9110, section
 * 11.6.2
 */
export function authorizationOf(credentials: Credentials, scheme: string): string | undefined {
  const [, given = '', value] =
    /^([!#$%&'*+.^_`|~\w-]+) +(.*)$/.exec(headerOf(credentials, 'authorization') ?? '') ?? [];
  return given.toLowerCase() === scheme.toLowerCase() ? value : undefined;
}

const controlCharacter = /\p{Cc}/u;
const maxSubjectLength = 256;

/** Whether a text is a valid subject of an identity: it appears in logs and messages. */
export function isSubject(text: unknown): text is string {
  return (
    typeof text === 'string' && text !== '' && text.length <= maxSubjectLength && !controlCharacter.test(text)
  );
}
