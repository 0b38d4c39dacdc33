import type { Command } from '../../system/command.ts';

/** The resources that a restmapper process uses. */
export interface ProcessFigures {
  readonly memoryBytes: number;
  /** An upper bound of the heap that remains after a garbage collection. */
  readonly heapBytes: number;
  readonly descriptors: number;
}

/** Reads the metrics of a process about itself. */
export async function readProcessFigures({ adminUrl }: Command): Promise<ProcessFigures> {
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
  const valueOf = (name: string): number => {
    const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1];
    if (value === undefined) throw new Error(`the process has no metric ${name}`);
    return Number(value);
  };
  return {
    memoryBytes: valueOf('process_resident_memory_bytes'),
    heapBytes: valueOf('nodejs_heap_size_used_bytes'),
    descriptors: valueOf('process_open_fds'),
  };
}

export function toMegabytes(bytes: number): number {
  return bytes / 1024 / 1024;
}
