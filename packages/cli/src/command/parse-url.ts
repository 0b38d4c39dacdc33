import { InvalidArgumentError } from 'commander';

/** Parses an option with the URL of a server. @throws InvalidArgumentError */
export function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/[?#].*$/, '');
  throw new InvalidArgumentError('Must be an http or https URL, such as http://127.0.0.1:8080.');
}
