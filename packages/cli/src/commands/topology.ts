import { brokerUsers, databaseRoles } from '@restmapper/host';
import type { CliCommand, CliOption } from '../command/cli-command.ts';
import { passwordName } from './password-name.ts';

const help = `
Each role gets a user with exactly the rights that the role needs:

  restmapper topology definitions > definitions.json && rabbitmqctl import_definitions definitions.json
  restmapper topology sql | psql --dbname=app
  restmapper topology apply                    both, on the servers whose administrator is named
  restmapper topology plan                     what starting the file would change on the servers

Passwords come from the environment, each also as NAME_FILE; only their hashes are printed:
  ${brokerUsers.map((user) => passwordName('BROKER', user)).join(', ')}
  ${databaseRoles.map((role) => passwordName('DATABASE', role)).join(', ')}
So do the administrators for apply:
  BROKER_ADMIN_URL    RabbitMQ's management API: http://user:password@host:15672, several for a cluster
  DATABASE_ADMIN_URL  a superuser: postgres://user:password@host:5432/name

Then serve connects as restmapper_gateway, live as restmapper_live, work and dlq as
restmapper_worker; migrate connects to the database as restmapper_owner, work as
restmapper_worker. Repeat this whenever endpoints.yaml has changed: rights name its exchanges and queues.`;

const prefix: CliOption = {
  flags: '--prefix <text>',
  summary: "the prefix of each user's name",
  default: 'restmapper',
};
const vhost: CliOption = { flags: '--vhost <name>', summary: 'the virtual host', default: '/' };
const adopt: CliOption = {
  flags: '--adopt',
  summary:
    "transfer the superuser's objects in the schema public to the owner: tables from before roles existed",
};

const definitions: CliCommand = {
  name: 'definitions',
  summary: 'print users, permissions, exchanges, queues and a policy, for rabbitmqctl import_definitions',
  options: [prefix, vhost],
  file: 'either',
  run: () => import('./topology-definitions.run.ts'),
};

const sql: CliCommand = {
  name: 'sql',
  summary: 'print the roles of a database, for psql; run it as a superuser, safe to repeat',
  options: [prefix, adopt],
  file: 'either',
  run: () => import('./topology-sql.run.ts'),
};

const apply: CliCommand = {
  name: 'apply',
  summary: 'apply the output of definitions and sql to the servers; safe to repeat',
  options: [prefix, vhost, adopt],
  file: 'either',
  run: () => import('./topology-apply.run.ts'),
};

const planHelp = `
It compares with the servers that the environment names, as far as their users may see, and changes nothing:
  AMQP_URL            RabbitMQ, with the user of a process
  BROKER_ADMIN_URL    RabbitMQ's management API, which also shows bindings and what is left over
  DATABASE_URL        PostgreSQL

  impossible   would be refused (PRECONDITION_FAILED), is another program's, or is out of reach
  create       the first process that may declare it, or restmapper migrate, creates it
  keep         a feed with another age or size, which is followed as it is
  left over    the file no longer names it; nothing deletes it

Exit codes: 0 it can be started, 1 it cannot work as it is, 2 wrong usage; with --detailed-exitcode, 0 nothing to
do, 3 something differs.`;

const plan: CliCommand = {
  name: 'plan',
  summary: 'show what starting the file would change on the broker and in the database; changes nothing',
  help: planHelp,
  options: [
    { ...vhost, summary: 'the virtual host, unless AMQP_URL names it' },
    { flags: '--json', summary: 'print the plan as JSON' },
    { flags: '--detailed-exitcode', summary: 'exit code 3 if something differs' },
  ],
  file: 'either',
  run: () => import('./topology-plan.run.ts'),
};

export const topology: CliCommand = {
  name: 'topology',
  summary: 'users and their rights for RabbitMQ and PostgreSQL, one for each role',
  help,
  commands: [definitions, sql, apply, plan],
};
