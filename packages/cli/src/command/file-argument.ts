import { type Command, Option } from 'commander';
import { defaultFile } from '@restmapper/host';

const flags = '-f, --file <path>';
const description = 'the file that describes the API';

/** Lets a command take its file by `--file`. */
export function withFile(command: Command): Command {
  return command.option(flags, description, defaultFile);
}

/** Lets a command take its file by `--file` or as its one argument. */
export function withEitherFile(command: Command): Command {
  return command
    .argument('[file]', `${description} (default: "${defaultFile}")`)
    .addOption(new Option(flags, 'the same'));
}

/** The file of a command that takes it either way; two different ones end it as wrong usage. */
export function nameFile(command: Command): string {
  const [named]: (string | undefined)[] = command.processedArgs;
  const { file } = command.opts<{ readonly file?: string }>();
  if (named !== undefined && file !== undefined && named !== file) {
    command.error(`error: two files are named: ${named} and ${file}`);
  }
  return named ?? file ?? defaultFile;
}
