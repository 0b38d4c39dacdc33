import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs the last line that it was sent once its input closes, however the writer ended. */
const script = 'while IFS= read -r line; do last=$line; done; eval "$last"';

/** A shell that cleans up after this process if it dies, even by SIGKILL. */
export interface Guard {
  /** Replaces the shell command to run when this process has ended. */
  set(command: string): void;
  /** Cancels the command; resolves when the shell has ended. */
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
