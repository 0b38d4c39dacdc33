import { Command, CommanderError } from 'commander';
import { formatTitle } from './banner-title.ts';
import { healthcheck } from './commands/healthcheck.ts';
import type { Terminal } from '@restmapper/host';
import { withEitherFile, withFile } from './file-argument.ts';
import { addDlq, type ExitWith } from './dlq-program.ts';
import { addTopology } from './topology-program.ts';
import { version } from '@restmapper/host';

const settingsHelp = `
Settings come from the environment:
  AMQP_URL      RabbitMQ, such as amqp://user:password@host:5672/vhost; comma-separated for a cluster
  DATABASE_URL  PostgreSQL, such as postgres://user:password@host:5432/name
  PORT          8080 for start, 8081 for serve, 8082 for live
  ADMIN_PORT    /livez, /readyz, /metrics and /status: PORT + 1000; 9083 for work
  HOST          the address to listen on (127.0.0.1)
  ALLOWED_HOSTS the names it may be asked by: api.example,…; on loopback also localhost and the like
  PEERS         admin URLs of the other processes, for /system/v1/: http://live:9082,http://worker:9083
  DEAD_LETTERS  on or off: may the page show, replay and delete dead letters? (on for start on loopback)
  DATA_DIR      where the embedded database lives (.restmapper)
  LOG_LEVEL     debug, info, warn, error or silent (info)
  TRUSTED_PROXIES  the proxies whose X-Forwarded-For is believed: 10.0.0.0/8,…
  MAX_HELD_BYTES  bytes of bodies and answers that a gateway holds at once (256MB)
  ALLOWED_ORIGINS  whose pages may call and watch besides our own: https://app.example,… or *
  ALLOW_CREDENTIALS  on: these pages may do so by cookies
AMQP_URL and DATABASE_URL can also be read from a file that AMQP_URL_FILE or DATABASE_URL_FILE names.

Exit codes: 0 done, 1 failed, 2 wrong usage.`;

const examples = `
Examples:
  restmapper start                        everything in one process, nothing to install
  restmapper check                        is endpoints.yaml right?
  AMQP_URL=amqp://localhost restmapper serve
  restmapper openapi > openapi.json       the HTTP API, for other tools
  restmapper work messages_post           one worker only; run it as many times as you like
  restmapper dlq --help                   what became of messages that could not be worked on
`;

/** Loaded only when one of them runs: a health check every few seconds needs none of it. */
const loadServices = () => import('@restmapper/host/services');
const loadMigrate = () => import('./commands/migrate.ts');
const loadCheck = () => import('./commands/check.ts');
const loadRoutes = () => import('./commands/routes.ts');
const loadCredentials = () => import('./commands/credentials.ts');
const loadDescribe = () => import('./commands/describe.ts');

/** The command line; resolves with the exit code. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = createProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return exitCode;
}

function createProgram(terminal: Terminal, setExitCode: (code: number) => void): Command {
  const program = new Command('restmapper')
    .description('Serves the HTTP API that endpoints.yaml describes: every call becomes a RabbitMQ message.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: terminal.print, writeErr: terminal.printError, outputError })
    .addHelpText('after', settingsHelp + examples);
  const exitWith =
    <Args extends unknown[]>(run: (...args: Args) => Promise<number> | number) =>
    async (...args: Args): Promise<void> =>
      setExitCode(await run(...args));
  addServices(program, terminal, exitWith);
  addTools(program, terminal, exitWith);
  addDlq(program, { terminal, exitWith });
  addTopology(program, { terminal, exitWith });
  addCredentials(program, terminal, exitWith);
  addDescriptions(program, terminal, exitWith);
  return program;
}

/** Says in one line what is wrong, and in a second one where to read on. */
function outputError(text: string, write: (text: string) => void): void {
  const [mistake = '', suggestion] = text.trim().split('\n');
  const [, near] = /^\(Did you mean (.+)\?\)$/.exec(suggestion ?? '') ?? [];
  write(`${mistake}${near === undefined ? '' : `; did you mean ${near}?`}\n`);
  write('`restmapper --help` lists the commands, and `restmapper <command> --help` what one takes\n');
}

type FileOption = { readonly file: string };

function addServices(program: Command, terminal: Terminal, exitWith: ExitWith): void {
  const service = (name: 'start' | 'serve' | 'live', description: string): void => {
    const run = async (file: string): Promise<number> => {
      terminal.printError(formatTitle(name));
      return (await loadServices())[name]({ file, terminal });
    };
    withEitherFile(program.command(name).description(description), exitWith(run));
  };
  service(
    'start',
    'run everything in one process; without AMQP_URL and DATABASE_URL, bus and database are embedded',
  );
  service('serve', 'run the gateway: HTTP to RabbitMQ');
  service('live', 'run the live bridge: RabbitMQ to WebSocket, at /ws/v1/');
  withFile(program.command('work'))
    .description('run workers: RabbitMQ to PostgreSQL')
    .argument('[names...]', 'the workers to run; all of the file when none is named')
    .action(
      exitWith(async (names: string[], { file }: FileOption) => {
        terminal.printError(formatTitle('work'));
        return (await loadServices()).work({ file, terminal, names });
      }),
    );
}

function addTools(program: Command, terminal: Terminal, exitWith: ExitWith): void {
  withEitherFile(
    program
      .command('check')
      .description('say everything that is wrong with a file, with its place')
      .option('--no-load', 'leave out the modules of workers: loading them runs what they do then'),
    exitWith(async (file: string, { load }: { load: boolean }) =>
      (await loadCheck()).check({ file, terminal, loads: load }),
    ),
  );
  withEitherFile(
    program.command('routes').description('list the endpoints of the file'),
    exitWith(async (file: string) => (await loadRoutes()).routes({ file, terminal })),
  );
  withEitherFile(
    program
      .command('migrate')
      .description("bring the database's tables up to date, once; safe to run many times at once"),
    exitWith(async (file: string) => (await loadMigrate()).migrate({ file, terminal })),
  );
  program
    .command('healthcheck')
    .description('ask a process on this machine whether it is ready: exit code 0 or 1')
    .argument('[role]', 'start, serve, live or work: decides the default ADMIN_PORT', 'start')
    .action(exitWith((role: string) => healthcheck({ role, terminal })));
}

function addCredentials(program: Command, terminal: Terminal, exitWith: ExitWith): void {
  program
    .command('key')
    .description('make an API key, and the SHA-256 that a file of clients has of it')
    .action(exitWith(async () => (await loadCredentials()).key({ terminal })));
  program
    .command('password')
    .description('print the hash of the password on standard input, for a file of users')
    .action(exitWith(async () => (await loadCredentials()).password({ terminal })));
}

function addDescriptions(program: Command, terminal: Terminal, exitWith: ExitWith): void {
  const descriptions = [
    ['openapi', 'print the HTTP API of a file as OpenAPI 3.1', 'openApi'],
    ['asyncapi', 'print the exchanges, queues, feeds and messages of a file as AsyncAPI 3.0', 'asyncApi'],
    ['types', 'print TypeScript types of the bodies, queries, parameters and replies of a file', 'types'],
  ] as const;
  for (const [name, description, document] of descriptions) {
    withEitherFile(
      program.command(name).description(description),
      exitWith(async (file: string) => (await loadDescribe())[document]({ file, terminal })),
    );
  }
}
