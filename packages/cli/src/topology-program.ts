import type { Command } from 'commander';
import { printDefinitions, printRoles } from './commands/topology.ts';
import type { ProgramParts } from './dlq-program.ts';

const help = `
Each role gets a user who may do what the role does, and nothing else:

  restmapper topology definitions > definitions.json && rabbitmqctl import_definitions definitions.json
  restmapper topology sql | psql --dbname=app

Passwords come from the environment, each also as NAME_FILE; only their hashes are printed:
  BROKER_GATEWAY_PASSWORD, BROKER_LIVE_PASSWORD, BROKER_WORKER_PASSWORD
  DATABASE_OWNER_PASSWORD, DATABASE_WORKER_PASSWORD

Then serve connects as restmapper_gateway, live as restmapper_live, work and dlq as
restmapper_worker; migrate connects to the database as restmapper_owner, work as
restmapper_worker. Import the definitions again whenever endpoints.yaml has changed.`;

const prefix = ['--prefix <text>', "before the role in each user's name", 'restmapper'] as const;

/** Adds `topology definitions | sql`. */
export function addTopology(program: Command, { console, ending, withFile }: ProgramParts): void {
  const topology = program
    .command('topology')
    .description('print users and their rights for RabbitMQ and PostgreSQL, one for each role')
    .addHelpText('after', help);
  withFile(topology.command('definitions'))
    .description('print users, permissions, exchanges and queues, for rabbitmqctl import_definitions')
    .option(...prefix)
    .option('--vhost <name>', 'the virtual host', '/')
    .action(
      ending((options: { file: string; prefix: string; vhost: string }) =>
        printDefinitions({ ...options, console }),
      ),
    );
  topology
    .command('sql')
    .description('print the roles of a database, for psql; run it as a superuser, any number of times')
    .option(...prefix)
    .action(ending((options: { prefix: string }) => printRoles({ ...options, console })));
}
