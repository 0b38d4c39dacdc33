import { ConfigError } from '@restmapper/core';
import { type PluginGroup, type PluginModule, pointerStep } from '@restmapper/endpoints';
import type { LoadModule } from '../../work/handler-room.ts';
import { createPlugins, type Plugins } from '../../work/plugins.ts';
import { exportOf, loadExports } from './load-exports.ts';
import { listPlugins } from './plugin-files.ts';

/**
 * Loads the plugins of a file: each is the default export of its module.
 *
 * @throws ConfigError naming the plugin and the module, what is wrong with it and what to do.
 */
export async function loadPlugins(
  groups: readonly PluginGroup[] = [],
  loadModule?: LoadModule,
): Promise<Plugins> {
  const loaded = groups.map(async (group) => {
    const plugins = listPlugins(group).map(
      async (plugin) => [plugin.name, await loadPlugin(plugin, group, loadModule)] as const,
    );
    return [group.name, await Promise.all(plugins)] as const;
  });
  return createPlugins(await Promise.all(loaded));
}

/** Loads each plugin on its own; returns what is wrong with any. */
export async function findPluginFaults(
  groups: readonly PluginGroup[],
  loadModule?: LoadModule,
): Promise<readonly ConfigError[]> {
  const faults: ConfigError[] = [];
  const collect = (error: unknown): void => {
    if (!(error instanceof ConfigError)) throw error;
    faults.push(error);
  };
  for (const group of groups) {
    try {
      for (const plugin of listPlugins(group)) await loadPlugin(plugin, group, loadModule).catch(collect);
    } catch (error) {
      collect(error);
    }
  }
  return faults;
}

async function loadPlugin(
  { name, path }: PluginModule,
  group: PluginGroup,
  loadModule?: LoadModule,
): Promise<unknown> {
  const subject = `plugin ${name} of ${group.name}`;
  const isNamed = group.modules.some((module) => module.name === name);
  const pointer = `/plugins${pointerStep(group.name)}${pointerStep(isNamed ? name : 'from')}`;
  const revision = group.changes?.revisions[path];
  const exports = await loadExports({ subject, path, revision }, loadModule).catch((error: unknown) => {
    throw error instanceof ConfigError ? new ConfigError(error.message, [], pointer) : error;
  });
  const plugin = exportOf(exports, 'default');
  if (plugin !== undefined) return plugin;
  const advice = isNamed ? '' : ', or begin its name with `_` if it is not a plugin';
  const fault = `${path} has no default export; write \`export default …\`${advice}`;
  throw new ConfigError(`${subject}: ${fault}`, [], pointer);
}
