/** Plugins that are known only when the file is read. */
export type AnyPlugins = Readonly<Record<string, unknown>>;

/** The plugins of a file, by group and name; `Groups` has the type of each group's plugins. */
export type Plugins<Groups = AnyPlugins> = {
  readonly [Group in keyof Groups]: ReadonlyMap<string, Groups[Group]>;
};

/** Creates plugins from what modules export; frozen, and without members that every object has. */
export function createPlugins(
  groups: Iterable<readonly [group: string, plugins: Iterable<readonly [name: string, plugin: unknown]>]>,
): Plugins {
  const plugins: Record<string, ReadonlyMap<string, unknown>> = Object.create(null);
  for (const [group, members] of groups) plugins[group] = new Map(members);
  return Object.freeze(plugins);
}
