import type { Filter } from '@restmapper/endpoints';

/**
 * The indexes with which each page of a filtered table is one range of one index: the columns that must be equal, then
 * the column of a range, then the position. Each set of optional filters that a call may have needs its own.
 */
export function indexesFor(filters: readonly Filter[]): readonly (readonly string[])[] {
  const range = filters.filter(({ kind }) => kind === 'range').map(({ name }) => name);
  const sets = filters.reduce<readonly (readonly string[])[]>(
    (sets, filter) => {
      if (filter.kind === 'range') return sets;
      const longer = sets.map((names) => [...names, filter.name]);
      return filter.isOptional ? [...longer, ...sets] : longer;
    },
    [[]],
  );
  // Without a filter, the primary key is the index.
  return sets.map((names) => [...names, ...range, 'id']).filter(({ length }) => length > 1);
}
