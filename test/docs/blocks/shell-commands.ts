/** A command of a shell script, as its words; quotes are removed. */
export type ShellCommand = readonly string[];

/** A comment, a quoted text, a process substitution, a separator of commands, or other text. */
const tokens =
  /(?<comment>(?<=^|\s)#[^\n]*)|(?<continued>\\\n)|(?<separator>&&|\|\||[;|\n&])|(?<substituted><\([^)]*\))|(?<redirect>\d?[<>]{1,2}\s*[^\s;|&]+)|(?<space>[ \t]+)|(?<word>(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'";|&<>\\]|<(?!\())+?(?=[\s;|&]|$))/gm;

/** Words of the shell itself that may precede a command, and those that end one. */
const keywords: ReadonlySet<string> = new Set(['{', '}', 'do', 'done', 'then', 'fi', 'if', 'else']);

/** Reads the simple commands of a script, without assignments and redirections. */
export function shellCommandsOf(script: string): readonly ShellCommand[] {
  const commands: string[][] = [[]];
  for (const { groups = {} } of script.matchAll(tokens)) {
    const { separator, substituted, word } = groups;
    if (separator !== undefined) commands.push([]);
    if (substituted !== undefined) {
      commands.at(-1)?.push(substituted);
      commands.unshift(...shellCommandsOf(substituted.slice(2, -1)).map((words) => [...words]));
    }
    if (word !== undefined) commands.at(-1)?.push(unquote(word));
  }
  return commands.map(withoutPrefixes).filter((words) => words.length > 0);
}

function withoutPrefixes(words: readonly string[]): ShellCommand {
  const start = words.findIndex((word) => !keywords.has(word) && !/^\w+=/.test(word));
  return start === -1 ? [] : words.slice(start);
}

function unquote(word: string): string {
  return word.replaceAll(
    /'([^']*)'|"((?:\\.|[^"\\])*)"/g,
    (_all, single?: string, double?: string) => single ?? double ?? '',
  );
}
