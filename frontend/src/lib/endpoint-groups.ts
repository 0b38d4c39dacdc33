import type { Operation } from './open-api.ts';

/** The endpoints of one path. */
export interface EndpointGroup {
  readonly path: string;
  readonly operations: readonly Operation[];
}

/** Endpoints grouped by path, in file order; only those that contain every word of the filter. */
export function groupEndpoints(operations: readonly Operation[], filter: string): readonly EndpointGroup[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, Operation[]>();
  for (const operation of operations) {
    const text = `${operation.key} ${operation.summary}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    const group = groups.get(operation.path) ?? [];
    groups.set(operation.path, [...group, operation]);
  }
  return [...groups].map(([path, operations]) => ({ path, operations }));
}
