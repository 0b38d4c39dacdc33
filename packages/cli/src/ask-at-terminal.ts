import { createInterface } from 'node:readline/promises';

/**
 * Asks the user at the terminal; `undefined` if standard input is not a terminal.
 *
 * Ending the input, or a stop signal, counts as an empty answer.
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
