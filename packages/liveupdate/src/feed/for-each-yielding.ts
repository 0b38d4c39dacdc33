import { setImmediate as nextTurn } from 'node:timers/promises';

/** How many sockets are served before yielding; 500 writes take about 16 ms. */
const sliceSize = 500;

/** Visits each item without blocking the event loop. */
export async function forEachYielding<T>(items: Iterable<T>, visit: (item: T) => void): Promise<void> {
  let left = sliceSize;
  for (const item of items) {
    visit(item);
    left -= 1;
    if (left > 0) continue;
    left = sliceSize;
    await nextTurn();
  }
}
