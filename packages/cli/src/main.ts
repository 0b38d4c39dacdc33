#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { ConfigError } from '@restmapper/endpoints';
import { runProgram } from './program.ts';
import { askAtTerminal } from './terminal.ts';

/** Resolves at the first signal; the second one ends the process at once. */
const stopRequested = new Promise<void>((resolve) => {
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(1);
      asked = true;
      resolve();
    });
  }
});

try {
  process.exitCode = await runProgram(process.argv.slice(2), {
    env: process.env,
    isTerminal: process.stdout.isTTY,
    print: (text) => process.stdout.write(text),
    printError: (text) => process.stderr.write(text),
    ask: (question) => askAtTerminal(question, stopRequested),
    readFile: (path) => readFileSync(path, 'utf8'),
    readInput: () => text(process.stdin),
    stopRequested,
  });
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : describeDefect(error)}\n`);
  process.exitCode = 1;
}
// A module that `check` loaded may hold something open.
setTimeout(() => process.exit(), 2_000).unref();

function describeDefect(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
