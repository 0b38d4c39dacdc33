import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs the last line it was given once its input ends, however the writer came to its end. */
const script = 'while IFS= read -r line; do last=$line; done; eval "$last"';

/** A shell that cleans up after this process should it die, even by SIGKILL. */
export interface Guard {
  /** Replaces the shell command to run when this process is gone. */
  set(command: string): void;
  /** Runs nothing any more; resolves when the shell has ended. */
  release(): Promise<void>;
}

/** Opens a guard in a session of its own, out of reach of a terminal's Ctrl-C. */
export function openGuard(): Guard {
  const shell = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = once(shell, 'close');
  return {
    set: (command) => void shell.stdin.write(`${command}\n`),
    async release() {
      shell.stdin.end(':\n');
      await ended;
    },
  };
}
