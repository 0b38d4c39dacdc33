import { InvalidArgumentError } from 'commander';

/** Parses an option that is a positive integer. @throws InvalidArgumentError */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Must be a positive integer.');
  return Number(text);
}
