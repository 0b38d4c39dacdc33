import { pathPatterns } from './bash.ts';
import type { CommandLine } from './command-line.ts';

/** The completion of zsh, for a shell in which compinit has run. */
export function zshScript(lines: readonly CommandLine[]): string {
  return `#compdef restmapper
# Completion of restmapper for zsh: source <(restmapper completion zsh)
_restmapper() {
  local command='' word files=''
  local -a subcommands options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$command $word" in
      ${pathPatterns(lines)}) command="\${command:+$command }$word" ;;
    esac
  done
  case "$command" in
${lines.map(caseOf).join('\n')}
  esac
  case "$command \${words[CURRENT-1]}" in
${valueCases(lines).join('\n')}
  esac
  (( $#subcommands )) && _describe command subcommands
  if [[ -n $files ]]; then _files; fi
  if [[ \${words[CURRENT]} == -* ]]; then _describe option options; fi
}
compdef _restmapper restmapper
`;
}

function caseOf({ path, commands, options, values, takesFile }: CommandLine): string {
  const words = [
    ...commands.map(({ name, summary }) => described(name, summary)),
    ...values.map((value) => quoted(value)),
  ];
  const flags = options.flatMap(({ flags, summary }) => flags.map((flag) => described(flag, summary)));
  return `    '${path}')
      subcommands=(${words.join(' ')})
      options=(${flags.join(' ')})${takesFile ? '\n      files=1' : ''}
      ;;`;
}

function valueCases(lines: readonly CommandLine[]): readonly string[] {
  return lines.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) => {
      if (value === 'none') return [];
      const patterns = flags.map((flag) => `'${path} ${flag}'`).join(' | ');
      return [`    ${patterns}) ${value === 'file' ? '_files' : '_message value'}; return ;;`];
    }),
  );
}

function described(word: string, summary: string): string {
  return quoted(`${word}:${summary.replaceAll(':', '\\:')}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
