import { Command, CommanderError } from 'commander';
import { type Terminal, version } from '@restmapper/host';
import { addCommand } from './command/add-command.ts';
import { commands } from './commands.ts';

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
  for (const command of commands) addCommand(program, command, { terminal, setExitCode });
  return program;
}

/** Says in one line what is wrong, and in a second one where to read on. */
function outputError(text: string, write: (text: string) => void): void {
  const [mistake = '', suggestion] = text.trim().split('\n');
  const [, near] = /^\(Did you mean (.+)\?\)$/.exec(suggestion ?? '') ?? [];
  write(`${mistake}${near === undefined ? '' : `; did you mean ${near}?`}\n`);
  write('`restmapper --help` lists the commands, and `restmapper <command> --help` what one takes\n');
}
