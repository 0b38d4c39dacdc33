import { Command, CommanderError } from 'commander';
import { formatSettingsHelp, roles, type Terminal, version } from '@restmapper/host';
import { addCommand } from './command/add-command.ts';
import { commands } from './commands.ts';

const settingsHelp = `
Settings come from the environment:
${formatSettingsHelp(Object.values(roles))}AMQP_URL and DATABASE_URL can also be read from a file that AMQP_URL_FILE or DATABASE_URL_FILE names.

Exit codes: 0 success, 1 failure, 2 wrong usage.`;

const examples = `
Examples:
  restmapper init my-api                  a new project, to begin with
  restmapper start                        everything in one process, nothing to install
  restmapper check                        is endpoints.yaml valid?
  AMQP_URL=amqp://localhost restmapper serve
  restmapper openapi -o openapi.json      the HTTP API, for other tools
  restmapper work messages_post           one worker only; run it as many times as you like
  restmapper dlq --help                   inspect, replay or purge dead-lettered messages
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
  for (const command of commands) addCommand(program, command, { terminal, setExitCode, commands });
  return program;
}

/** Prints the mistake in one line, and where to find help in a second. */
function outputError(text: string, write: (text: string) => void): void {
  const [mistake = '', suggestion] = text.trim().split('\n');
  const [, near] = /^\(Did you mean (.+)\?\)$/.exec(suggestion ?? '') ?? [];
  write(`${mistake}${near === undefined ? '' : `; did you mean ${near}?`}\n`);
  write('`restmapper --help` lists the commands, `restmapper <command> --help` the options of one\n');
}
