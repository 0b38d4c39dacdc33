import type { Console } from '../console.ts';
import { openModel } from '../model-file.ts';

export interface FileCommand {
  readonly file: string;
  readonly console: Console;
}

/**
 * Says that a file is right, and what may surprise its writer.
 *
 * @throws ConfigError with every mistake in it.
 */
export function check({ file, console }: FileCommand): number {
  const { endpoints, workers, feeds } = openModel(file, console.env);
  console.print(
    `${file} is right: ${count(endpoints, 'endpoint')}, ${count(workers, 'worker')}, ${count(feeds, 'feed')}\n`,
  );
  const worked = new Set(workers.map((worker) => worker.on));
  for (const { key, delivery, feed } of endpoints) {
    if (worked.has(key) || (delivery.kind === 'fanout' && feed)) continue;
    console.print(`note: ${key} has no worker here; another program must consume its queue\n`);
  }
  return 0;
}

function count(things: readonly unknown[], noun: string): string {
  return `${things.length} ${noun}${things.length === 1 ? '' : 's'}`;
}
