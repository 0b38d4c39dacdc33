import { type Command, Option } from 'commander';
import { defaultFile } from '@restmapper/host';

const flags = '-f, --file <path>';
const description = 'the file that describes the API';

/** Lets a command take its file by `--file`. */
export function withFile(command: Command): Command {
  return command.option(flags, description, defaultFile);
}

/** A command's action; commander passes the options that the command declares. */
type Act = (file: string, options: never) => Promise<void>;

/** Lets a command take its file by `--file` or as its one argument, and act on it. */
export function withEitherFile(command: Command, act: Act): Command {
  return command
    .argument('[file]', `${description} (default: "${defaultFile}")`)
    .addOption(new Option(flags, 'the same'))
    .action((named: string | undefined, options: { readonly file?: string }) => {
      const { file } = options;
      if (named !== undefined && file !== undefined && named !== file) {
        command.error(`error: two files are named: ${named} and ${file}`);
      }
      // Their shape is known to whoever declared them.
      return act(named ?? file ?? defaultFile, options as never);
    });
}
