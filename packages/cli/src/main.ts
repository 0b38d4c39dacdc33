#!/usr/bin/env node
import { closeSync, openSync, readFileSync } from 'node:fs';
import { buffer, text } from 'node:stream/consumers';
import { ConfigError } from '@restmapper/core';
import { runProgram } from './program.ts';
import { askAtTerminal } from './ask-at-terminal.ts';
import { openOutput } from './open-output.ts';
import { openPrompt } from './open-prompt.ts';

/** A little longer than a process takes to drain: after this it exits, whatever still runs. */
const longestStopMs = 10_000;

let stopRequested: Promise<void> | undefined;

/**
 * Resolves at the first signal; the second one ends the process at once, as the first does if no command has
 * requested this.
 */
function untilStopRequested(): Promise<void> {
  stopRequested ??= new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(1);
        asked = true;
        setTimeout(() => process.exit(process.exitCode ?? 1), longestStopMs).unref();
        resolve();
      });
    }
  });
  return stopRequested;
}

/**
 * Calls the listener at every SIGHUP.
 *
 * One that comes because the terminal was closed ends the process, as it does without a listener.
 */
function onReloadRequested(listener: () => void): void {
  const hadTerminal = process.stdout.isTTY && hasTerminal();
  process.on('SIGHUP', () => {
    if (hadTerminal && !hasTerminal()) stopWithoutTerminal();
    else listener();
  });
}

function stopWithoutTerminal(): void {
  process.kill(process.pid, 'SIGTERM');
  // A Node that exits would restore the settings of its terminal, and abort because there is none.
  process.once('exit', () => {
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  });
}

/** Whether the process has a controlling terminal; never on Windows, where a closed window sends SIGHUP too. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}

/** Without a reader of the output, a tool ends, and a service continues. */
function leaveWithReader(): void {
  if (stopRequested === undefined) process.exit(0);
}

const output = openOutput(process.stdout, leaveWithReader);
const errors = openOutput(process.stderr, leaveWithReader);

try {
  process.exitCode = await runProgram(process.argv.slice(2), {
    env: process.env,
    isTerminal: process.stdout.isTTY,
    print: output.print,
    printBytes: output.printBytes,
    flush: output.flush,
    printError: errors.print,
    ask: (question) => askAtTerminal(question, untilStopRequested()),
    openPrompt: () => openPrompt(untilStopRequested()),
    readFile: (path) => readFileSync(path, 'utf8'),
    readFileBytes: (path) => readFileSync(path),
    readInput: () => text(process.stdin),
    readInputBytes: () => buffer(process.stdin),
    onReloadRequested,
    exit: (code) => process.exit(code),
    get stopRequested() {
      return untilStopRequested();
    },
  });
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : describeDefect(error)}\n`);
  process.exitCode = 1;
}
// A module loaded by `check` may keep a handle open.
setTimeout(() => process.exit(), 2_000).unref();

function describeDefect(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
