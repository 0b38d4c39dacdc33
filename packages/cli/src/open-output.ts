import type { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Where a program prints. */
export interface Output {
  readonly print: (text: string) => void;
  readonly printBytes: (bytes: Uint8Array) => void;
  /** Resolves when what was printed is taken, with whether there is still a reader. */
  readonly flush: () => Promise<boolean>;
}

/**
 * Opens an output whose reader may close its end at any time, as `head` does.
 *
 * @param onReaderLeft called once the reader has closed the pipe or the terminal
 */
export function openOutput(stream: Writable, onReaderLeft: () => void): Output {
  let hasReader = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    hasReader = false;
    onReaderLeft();
  });
  return {
    print: (text) => void stream.write(text),
    printBytes: (bytes) => void stream.write(bytes),
    flush: async () => {
      await nextTurn(); // The error of a closed pipe comes after the write.
      if (hasReader && stream.writableNeedDrain) await untilDrained(stream);
      return hasReader;
    },
  };
}

function untilDrained(stream: Writable): Promise<void> {
  const events = ['drain', 'error', 'close'] as const;
  return new Promise((resolve) => {
    const end = (): void => {
      for (const event of events) stream.off(event, end);
      resolve();
    };
    for (const event of events) stream.on(event, end);
  });
}
