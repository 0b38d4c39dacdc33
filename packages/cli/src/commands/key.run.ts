import { randomBytes } from 'node:crypto';
import { sha256 } from '@restmapper/auth';
import type { CommandCall } from '../command/cli-command.ts';

const keyBytes = 32;

/** Generates an API key; prints it, for the client, and its SHA-256, for the file of clients. */
export function run({ terminal }: CommandCall): number {
  const made = randomBytes(keyBytes).toString('base64url');
  terminal.print(`key     ${made}\nsha256  ${sha256(made).toString('hex')}\n`);
  return 0;
}
