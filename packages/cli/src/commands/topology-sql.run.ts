import { type RolesCall, rolesOf } from './topology-documents.ts';

/** Prints the roles of a database for PostgreSQL. @throws ConfigError */
export function run(call: RolesCall): number {
  // psql takes the sentence as a comment.
  call.terminal.print(rolesOf(call) ?? '-- no worker of the file uses a database\n');
  return 0;
}
