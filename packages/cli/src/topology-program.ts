import type { Command } from 'commander';
import type { ProgramParts } from './dlq-program.ts';
import { withEitherFile } from './file-argument.ts';

const help = `
Each role gets a user who may do what the role does, and nothing else:

  restmapper topology definitions > definitions.json && rabbitmqctl import_definitions definitions.json
  restmapper topology sql | psql --dbname=app
  restmapper topology apply                    either, where its administrator is named
  restmapper topology diff                     what RabbitMQ has otherwise, or left over

Passwords come from the environment, each also as NAME_FILE; only their hashes are printed:
  BROKER_GATEWAY_PASSWORD, BROKER_LIVE_PASSWORD, BROKER_WORKER_PASSWORD
  DATABASE_OWNER_PASSWORD, DATABASE_WORKER_PASSWORD
So do the administrators by whom apply does it:
  BROKER_ADMIN_URL    RabbitMQ's management: http://user:password@host:15672, several for a cluster
  DATABASE_ADMIN_URL  a superuser: postgres://user:password@host:5432/name

Then serve connects as restmapper_gateway, live as restmapper_live, work and dlq as
restmapper_worker; migrate connects to the database as restmapper_owner, work as
restmapper_worker. Do it again whenever endpoints.yaml has changed: rights name what is in it.`;

const prefix = ['--prefix <text>', "before the role in each user's name", 'restmapper'] as const;
const vhost = ['--vhost <name>', 'the virtual host', '/'] as const;
const adopt = [
  '--adopt',
  "make what the superuser has in the schema public the owner's: tables from before there were roles",
] as const;

interface Options {
  readonly prefix: string;
}

interface DefinitionsOptions extends Options {
  readonly file: string;
  readonly vhost: string;
}

interface RolesOptions extends Options {
  readonly adopt?: true;
}

/** Loaded only when one of them runs. */
const loadTopology = () => import('./commands/topology.ts');
const loadApply = () => import('./commands/apply-topology.ts');

/** Adds `topology definitions | sql | apply | diff`. */
export function addTopology(program: Command, { terminal, exitWith }: ProgramParts): void {
  const topology = program
    .command('topology')
    .description('users and their rights for RabbitMQ and PostgreSQL, one for each role')
    .addHelpText('after', help);
  withEitherFile(
    topology
      .command('definitions')
      .description(
        'print users, permissions, exchanges, queues and a policy, for rabbitmqctl import_definitions',
      )
      .option(...prefix)
      .option(...vhost),
    exitWith(async (file: string, options: DefinitionsOptions) =>
      (await loadTopology()).printDefinitions({ ...options, file, terminal }),
    ),
  );
  topology
    .command('sql')
    .description('print the roles of a database, for psql; run it as a superuser, any number of times')
    .option(...prefix)
    .option(...adopt)
    .action(
      exitWith(async (options: RolesOptions) => (await loadTopology()).printRoles({ ...options, terminal })),
    );
  withEitherFile(
    topology
      .command('apply')
      .description('do on the servers what definitions and sql print, any number of times')
      .option(...prefix)
      .option(...vhost)
      .option(...adopt),
    exitWith(async (file: string, options: DefinitionsOptions & RolesOptions) =>
      (await loadApply()).applyTopology({ ...options, file, terminal }),
    ),
  );
  addDiff(topology, { terminal, exitWith });
}

function addDiff(
  topology: Command,
  { terminal, exitWith }: Pick<ProgramParts, 'terminal' | 'exitWith'>,
): void {
  withEitherFile(
    topology
      .command('diff')
      .description(
        'list what RabbitMQ has otherwise than the file, or still has of an older one; exit 1 if any',
      )
      .option(...vhost),
    exitWith(async (file: string, options: Pick<DefinitionsOptions, 'vhost'>) =>
      (await import('./commands/compare-topology.ts')).compareTopology({ ...options, file, terminal }),
    ),
  );
}
