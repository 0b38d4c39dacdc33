import type { CliCommand } from './command/cli-command.ts';
import { asyncapi } from './commands/asyncapi.ts';
import { call } from './commands/call.ts';
import { check } from './commands/check.ts';
import { completion } from './commands/completion.ts';
import { dev } from './commands/dev.ts';
import { doctor } from './commands/doctor.ts';
import { dlq } from './commands/dlq.ts';
import { healthcheck } from './commands/healthcheck.ts';
import { init } from './commands/init.ts';
import { key } from './commands/key.ts';
import { migrate } from './commands/migrate.ts';
import { openapi } from './commands/openapi.ts';
import { password } from './commands/password.ts';
import { printConfig } from './commands/print-config.ts';
import { roleCommands } from './commands/roles.ts';
import { routes } from './commands/routes.ts';
import { send } from './commands/send.ts';
import { sql } from './commands/sql.ts';
import { test } from './commands/test.ts';
import { topology } from './commands/topology.ts';
import { tail } from './commands/tail.ts';
import { types } from './commands/types.ts';

/** Every command, in the order in which the help lists them. */
export const commands: readonly CliCommand[] = [
  init,
  ...roleCommands,
  dev,
  check,
  test,
  routes,
  call,
  send,
  tail,
  sql,
  migrate,
  healthcheck,
  doctor,
  printConfig,
  dlq,
  topology,
  key,
  password,
  openapi,
  asyncapi,
  types,
  completion,
];
