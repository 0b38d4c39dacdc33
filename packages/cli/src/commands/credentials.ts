import { randomBytes } from 'node:crypto';
import { hashPassword, sha256 } from '@restmapper/auth';
import type { Terminal } from '@restmapper/host';

export interface CredentialsCommand {
  readonly terminal: Terminal;
}

const keyBytes = 32;

/** Makes an API key; prints it, for the client, and its SHA-256, for the file of clients. */
export function key({ terminal }: CredentialsCommand): number {
  const made = randomBytes(keyBytes).toString('base64url');
  terminal.print(`key     ${made}\nsha256  ${sha256(made).toString('hex')}\n`);
  return 0;
}

/** Prints the hash of the password on standard input, for the file of users. */
export async function password({ terminal }: CredentialsCommand): Promise<number> {
  const given = (await terminal.readInput()).replace(/\r?\n$/, '');
  if (given === '') {
    terminal.printError('no password came on standard input\n');
    return 1;
  }
  terminal.print(`${await hashPassword(given)}\n`);
  return 0;
}
