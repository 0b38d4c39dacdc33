import type { Command } from '../../system/command.ts';

/** What a process of ours uses. */
export interface ProcessFigures {
  readonly memoryBytes: number;
  /** What is left of its heap's use when it has been collected is less. */
  readonly heapBytes: number;
  readonly descriptors: number;
}

/** Reads a process's own metrics. */
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
