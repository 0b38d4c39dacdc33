import { hashPassword } from '@restmapper/auth';
import type { CommandCall } from '../command/cli-command.ts';

/** Prints the hash of the password on standard input, for the file of users. */
export async function run({ terminal }: CommandCall): Promise<number> {
  const given = (await terminal.readInput()).replace(/\r?\n$/, '');
  if (given === '') {
    terminal.printError('no password came on standard input\n');
    return 1;
  }
  terminal.print(`${await hashPassword(given)}\n`);
  return 0;
}
