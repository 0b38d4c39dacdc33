import type { CliCommand } from '../command/cli-command.ts';

const help = `
To complete commands and options with the Tab key, load the script in your shell's start-up file:

  bash, in ~/.bashrc                   source <(restmapper completion bash)
  zsh, in ~/.zshrc, after compinit     source <(restmapper completion zsh)
  fish, in ~/.config/fish/config.fish  restmapper completion fish | source`;

export const completion: CliCommand = {
  name: 'completion',
  summary: 'print a script that completes commands and options in a shell',
  help,
  arguments: [{ usage: '<shell>', summary: 'bash, zsh or fish', completions: ['bash', 'zsh', 'fish'] }],
  run: () => import('./completion.run.ts'),
};
