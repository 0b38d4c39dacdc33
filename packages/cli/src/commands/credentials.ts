import { randomBytes } from 'node:crypto';
import { hashPassword, sha256 } from '@restmapper/auth';
import type { Console } from '@restmapper/host';

export interface CredentialsCommand {
  readonly console: Console;
}

const keyBytes = 32;

/** Makes an API key; prints it, for the client, and its SHA-256, for the file of clients. */
export function key({ console }: CredentialsCommand): number {
  const made = randomBytes(keyBytes).toString('base64url');
  console.print(`key     ${made}\nsha256  ${sha256(made).toString('hex')}\n`);
  return 0;
}

/** Prints the hash of the password on standard input, for the file of users. */
export async function password({ console }: CredentialsCommand): Promise<number> {
  const given = (await console.readInput()).replace(/\r?\n$/, '');
  if (given === '') {
    console.printError('no password came on standard input\n');
    return 1;
  }
  console.print(`${await hashPassword(given)}\n`);
  return 0;
}
