import { brokerUsers, databaseRoles } from '@restmapper/host';
import type { CliCommand, CliOption } from '../command/cli-command.ts';
import { passwordName } from './password-name.ts';

const help = `
Each role gets a user who may do what the role does, and nothing else:

  restmapper topology definitions > definitions.json && rabbitmqctl import_definitions definitions.json
  restmapper topology sql | psql --dbname=app
  restmapper topology apply                    either, where its administrator is named
  restmapper topology diff                     what RabbitMQ has otherwise, or left over

Passwords come from the environment, each also as NAME_FILE; only their hashes are printed:
  ${brokerUsers.map((user) => passwordName('BROKER', user)).join(', ')}
  ${databaseRoles.map((role) => passwordName('DATABASE', role)).join(', ')}
So do the administrators by whom apply does it:
  BROKER_ADMIN_URL    RabbitMQ's management: http://user:password@host:15672, several for a cluster
  DATABASE_ADMIN_URL  a superuser: postgres://user:password@host:5432/name

Then serve connects as restmapper_gateway, live as restmapper_live, work and dlq as
restmapper_worker; migrate connects to the database as restmapper_owner, work as
restmapper_worker. Do it again whenever endpoints.yaml has changed: rights name what is in it.`;

const prefix: CliOption = {
  flags: '--prefix <text>',
  summary: "before the role in each user's name",
  default: 'restmapper',
};
const vhost: CliOption = { flags: '--vhost <name>', summary: 'the virtual host', default: '/' };
const adopt: CliOption = {
  flags: '--adopt',
  summary:
    "make what the superuser has in the schema public the owner's: tables from before there were roles",
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
  summary: 'print the roles of a database, for psql; run it as a superuser, any number of times',
  options: [prefix, adopt],
  run: () => import('./topology-sql.run.ts'),
};

const apply: CliCommand = {
  name: 'apply',
  summary: 'do on the servers what definitions and sql print, any number of times',
  options: [prefix, vhost, adopt],
  file: 'either',
  run: () => import('./topology-apply.run.ts'),
};

const diff: CliCommand = {
  name: 'diff',
  summary: 'list what RabbitMQ has otherwise than the file, or still has of an older one; exit 1 if any',
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
