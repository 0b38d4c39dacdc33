/** A media type as in `Content-Type`: RFC 9110, section 8.3.1. */
export interface MediaType {
  /** `type/subtype`, in lower case. */
  readonly essence: string;
  /** By lower-case name. */
  readonly parameters: ReadonlyMap<string, string>;
}

const token = "[!#$%&'*+.^_`|~\\dA-Za-z-]+";
const parameter = `(${token})=(${token}|"(?:[\\t !#-[\\]-~]|\\\\[\\t -~])*")`;
const whole = new RegExp(`^(${token}/${token})((?:[ \\t]*;[ \\t]*${parameter})*)$`);
const each = new RegExp(`;[ \\t]*${parameter}`, 'g');

/** Parses a media type with its parameters; `undefined` if the text is none. */
export function parseMediaType(text: string): MediaType | undefined {
  const [, essence, parameters = ''] = whole.exec(text) ?? [];
  if (essence === undefined) return undefined;
  const found = [...parameters.matchAll(each)].map(
    ([, name = '', value = '']) => [name.toLowerCase(), unquote(value)] as const,
  );
  return { essence: essence.toLowerCase(), parameters: new Map(found) };
}

/** Whether a media type, without parameters and in lower case, is JSON: `application/json`, `application/geo+json`. */
export function isJsonType(essence: string): boolean {
  return essence === 'application/json' || essence === 'text/json' || essence.endsWith('+json');
}

function unquote(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
