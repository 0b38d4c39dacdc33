import { pathPatterns } from './bash.ts';
import type { CommandLine, CompletedOption } from './command-line.ts';

/** The completion of fish. */
export function fishScript(lines: readonly CommandLine[]): string {
  return `# Completion of restmapper for fish: restmapper completion fish | source
function __restmapper_is_at
    set -l at ''
    for word in (commandline -opc)[2..-1]
        switch "$at $word"
            case ${pathPatterns(lines).replaceAll(' | ', ' ')}
                set at (string trim -- "$at $word")
        end
    end
    test "$at" = "$argv[1]"
end
complete -c restmapper -f
${lines.flatMap(rulesOf).join('\n')}
`;
}

function rulesOf({ path, commands, options, values, takesFile }: CommandLine): readonly string[] {
  const rule = `complete -c restmapper -n "__restmapper_is_at '${path}'"`;
  return [
    ...(takesFile ? [`${rule} -F`] : []),
    ...values.map((value) => `${rule} -a ${quoted(value)}`),
    ...commands.map(({ name, summary }) => `${rule} -a ${quoted(name)} -d ${quoted(summary)}`),
    ...options.map((option) => `${rule} ${optionRule(option)}`),
  ];
}

function optionRule({ flags, summary, value }: CompletedOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const needs = { none: '', file: ' -r -F', other: ' -x' }[value];
  return `${names.join(' ')}${needs} -d ${quoted(summary)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
