import { createInterface } from 'node:readline';
import type { Prompt, Typed } from '@restmapper/host';

const historySize = 500;

/** Opens a prompt on standard error, so that standard output has results only; `undefined` without a terminal. */
export function openPrompt(stopRequested: Promise<void>): Prompt | undefined {
  const { stdin: input, stderr: output } = process;
  if (!input.isTTY) return undefined;
  const reader = createInterface({ input, output, historySize, removeHistoryDuplicates: true });
  // Pasted lines arrive before they are awaited.
  const typed: Typed[] = [];
  let awaited: ((typed: Typed) => void) | undefined;
  let onInterrupt = (): void => {};
  const add = (next: Typed): void => {
    if (!awaited) return void typed.push(next);
    awaited(next);
    awaited = undefined;
  };
  reader.on('line', (line) => add({ kind: 'line', line }));
  reader.on('close', () => add({ kind: 'end' }));
  reader.on('SIGINT', () => {
    typed.length = 0;
    if (!awaited) return onInterrupt();
    // Ctrl-E and Ctrl-U: what was typed is discarded.
    reader.write(null, { ctrl: true, name: 'e' });
    reader.write(null, { ctrl: true, name: 'u' });
    output.write('^C\n');
    add({ kind: 'interrupt' });
  });
  void stopRequested.then(() => reader.close());
  return {
    read: async (text) => {
      const next = typed.shift();
      if (next) return next;
      reader.setPrompt(text);
      reader.prompt(true);
      return await new Promise<Typed>((resolve) => {
        awaited = resolve;
      });
    },
    onInterrupt: (listener) => {
      onInterrupt = listener;
    },
    close: () => reader.close(),
  };
}
