import { type Command, Option } from 'commander';
import { defaultFile } from './model-file.ts';

const flags = '-f, --file <path>';
const description = 'the file that describes the API';

/** Lets a command take its file by `--file`. */
export function withFile(command: Command): Command {
  return command.option(flags, description, defaultFile);
}

/** The options of a command that takes its file either way; the others are its own. */
type Given<Options> = Options & { readonly file?: string };

/** Lets a command take its file by `--file` or as its one argument, and act on it. */
export function withEitherFile<Options extends object>(
  command: Command,
  act: (file: string, options: Options) => Promise<void>,
): Command {
  return command
    .argument('[file]', `${description} (default: "${defaultFile}")`)
    .addOption(new Option(flags, 'the same'))
    .action((named: string | undefined, options: Given<Options>) => {
      const { file } = options;
      if (named !== undefined && file !== undefined && named !== file) {
        command.error(`error: two files are named: ${named} and ${file}`);
      }
      return act(named ?? file ?? defaultFile, options);
    });
}
