import { ConfigError } from '@restmapper/core';

/** A value as written on a command line: `name=text`, or `name:=json`. */
export interface GivenValue {
  readonly name: string;
  readonly text: string;
  /** Whether the text is JSON. */
  readonly isJson: boolean;
}

/**
 * Parses `name=text` and `name:=json`.
 *
 * @throws ConfigError naming a value of another form, or with broken JSON.
 */
export function parseValue(given: string): GivenValue {
  const [, name, sign, text] = /^([^=]+?)(:?=)(.*)$/s.exec(given) ?? [];
  if (name === undefined || sign === undefined || text === undefined) {
    throw new ConfigError(`${JSON.stringify(given)} must be name=text, or name:=json`);
  }
  const isJson = sign === ':=';
  if (isJson && !isValidJson(text)) {
    throw new ConfigError(`the value of ${name} is not JSON: ${text}; text is written ${name}=text`);
  }
  return { name, text, isJson };
}

function isValidJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
