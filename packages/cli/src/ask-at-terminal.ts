import { createInterface } from 'node:readline/promises';

/**
 * Asks the person at the terminal; `undefined` where standard input is none.
 *
 * Who leaves without an answer, or asks the process to stop, has given an empty one.
 */
export async function askAtTerminal(
  question: string,
  stopRequested: Promise<void>,
): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const left = new AbortController();
  terminal.once('close', () => left.abort());
  void stopRequested.then(() => left.abort());
  try {
    return await terminal.question(question, { signal: left.signal });
  } catch {
    return '';
  } finally {
    terminal.close();
  }
}
