import { brokerUsers, databaseRoles } from '@restmapper/host';
import type { CliCommand, CliOption } from '../command/cli-command.ts';
import { passwordName } from './password-name.ts';

const help = `
Each role gets a user with exactly the rights that the role needs:

  restmapper topology definitions > definitions.json && rabbitmqctl import_definitions definitions.json
  restmapper topology sql | psql --dbname=app
  restmapper topology apply                    both, on the servers whose administrator is named
  restmapper topology diff                     how RabbitMQ differs from the file

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
  run: () => import('./topology-sql.run.ts'),
};

const apply: CliCommand = {
  name: 'apply',
  summary: 'apply the output of definitions and sql to the servers; safe to repeat',
  options: [prefix, vhost, adopt],
  file: 'either',
  run: () => import('./topology-apply.run.ts'),
};

const diff: CliCommand = {
  name: 'diff',
  summary: 'list how RabbitMQ differs from the file; exit code 1 if it does',
  options: [vhost],
  file: 'either',
  run: () => import('./topology-diff.run.ts'),
};

export const topology: CliCommand = {
  name: 'topology',
  summary: 'users and their rights for RabbitMQ and PostgreSQL, one for each role',
  help,
  commands: [definitions, sql, apply, diff],
};
