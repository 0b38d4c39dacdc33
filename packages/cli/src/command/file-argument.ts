import { type Command, Option } from 'commander';
import { defaultFile } from '@restmapper/host';

const flags = '-f, --file <path>';
const description = 'the file that describes the API';

/** Adds `--file` to a command. */
export function withFile(command: Command): Command {
  return command.option(flags, description, defaultFile);
}

/** Adds `--file` and an equivalent argument to a command. */
export function withEitherFile(command: Command): Command {
  return command
    .argument('[file]', `${description} (default: "${defaultFile}")`)
    .addOption(new Option(flags, 'same as the argument'));
}

/** The file of a command that takes it either way; two different files are a usage error. */
export function nameFile(command: Command): string {
  const [named]: (string | undefined)[] = command.processedArgs;
  const { file } = command.opts<{ readonly file?: string }>();
  if (named !== undefined && file !== undefined && named !== file) {
    command.error(`error: two files given: ${named} and ${file}`);
  }
  return named ?? file ?? defaultFile;
}
