import type { CommandLine } from './command-line.ts';

/** The completion of bash, from 3.2 on. */
export function bashScript(lines: readonly CommandLine[]): string {
  return `# Completion of restmapper for bash: source <(restmapper completion bash)
_restmapper() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}"
  local command='' words='' files='' word IFS=$' \\t\\n'
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
    case "$command $word" in
      ${pathPatterns(lines)}) command="\${command:+$command }$word" ;;
    esac
  done
  case "$command" in
${lines.map(caseOf).join('\n')}
  esac
  case "$command $previous" in
${valueCases(lines).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ -n $files && $current != -* ]]; then
    compopt -o filenames 2>/dev/null
    IFS=$'\\n'
    COMPREPLY+=($(compgen -f -- "$current"))
  fi
}
complete -F _restmapper restmapper
`;
}

/** What the words so far and the next one are when the latter is a command. */
export function pathPatterns(lines: readonly CommandLine[]): string {
  const paths = lines.filter(({ path }) => path !== '').map(({ path }) => path);
  return paths.map((path) => `'${path.includes(' ') ? path : ` ${path}`}'`).join(' | ');
}

function caseOf({ path, commands, options, values, takesFile }: CommandLine): string {
  const words = [
    ...commands.map(({ name }) => name),
    ...values,
    ...options.flatMap(({ flags }) => flags.filter((flag) => flag.startsWith('--'))),
  ];
  return `    '${path}') words='${words.join(' ')}'${takesFile ? ' files=1' : ''} ;;`;
}

/** After an option with a value come files or nothing. */
function valueCases(lines: readonly CommandLine[]): readonly string[] {
  return lines.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) => {
      if (value === 'none') return [];
      const patterns = flags.map((flag) => `'${path} ${flag}'`).join(' | ');
      return [`    ${patterns}) words='' files=${value === 'file' ? '1' : "''"} ;;`];
    }),
  );
}
