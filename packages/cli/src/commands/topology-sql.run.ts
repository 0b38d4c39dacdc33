import { type RolesCall, rolesOf } from './topology-documents.ts';

/** Prints the roles of a database for PostgreSQL. @throws ConfigError */
export function run(call: RolesCall): number {
  call.terminal.print(rolesOf(call));
  return 0;
}
