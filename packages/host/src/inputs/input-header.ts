import { ConfigError } from '@restmapper/core';

/**
 * Reads a header, `name=value`; a number becomes one, as the headers of an exchange are compared with their types.
 *
 * @throws ConfigError
 */
export function parseHeader(text: string): readonly [name: string, value: string | number] {
  const [, name, value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new ConfigError(`the header ${JSON.stringify(text)} must be name=value`);
  const isNumber = /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/.test(value);
  return [name, isNumber ? Number(value) : value];
}
