import { InvalidArgumentError } from 'commander';

/** Parses an option that is a whole number of seconds. @throws InvalidArgumentError */
export function parseSeconds(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Must be a whole number of seconds.');
  return Number(text);
}
