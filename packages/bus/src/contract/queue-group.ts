/**
 * The name of the group of an ordered queue: queues whose names differ only in what follows the last `#` are spread over
 * the processes that consume them. `check#3` is of the group `check#`.
 */
export function groupOf(queue: string): string {
  return queue.replace(/(?:#[^#]*)?$/, '#');
}

/** The members of each group, in order. */
export function groupQueues<Item>(
  items: readonly Item[],
  queueOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = groupOf(queueOf(item));
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}
