import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@restmapper/core';
import { type PluginGroup, type PluginModule, pointerStep } from '@restmapper/endpoints';

/** Matches the file of a module, and takes its name apart; tests and declarations are none. */
const moduleFile = /^([^._].*?)(?<!\.(?:d|test|spec))\.[cm]?[jt]s$/;

/**
 * Lists the plugins of a group: those that the file names, then those in its folders, by name.
 *
 * @throws ConfigError if a folder cannot be read, or two plugins have one name.
 */
export function listPlugins(group: PluginGroup): readonly PluginModule[] {
  const plugins = new Map<string, PluginModule>();
  for (const plugin of [...group.modules, ...group.folders.flatMap((folder) => pluginsIn(folder, group))]) {
    const other = plugins.get(plugin.name);
    if (other) {
      const message = `two plugins have the name ${plugin.name}: ${other.path} and ${plugin.path}; rename or remove one`;
      throw refused(group, message);
    }
    plugins.set(plugin.name, plugin);
  }
  return [...plugins.values()];
}

/** The paths of the modules in a group's folders; none in those that cannot be read. */
export function modulesInFolders({ folders }: PluginGroup): readonly string[] {
  return folders.flatMap((folder) => {
    try {
      return readModules(folder).map(({ path }) => path);
    } catch {
      return [];
    }
  });
}

function pluginsIn(folder: string, group: PluginGroup): readonly PluginModule[] {
  try {
    return readModules(folder);
  } catch (error) {
    throw refused(group, `the folder ${folder} ${faultOf(error)}`);
  }
}

function readModules(folder: string): readonly PluginModule[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const modules = entries.flatMap((entry) => {
    const [, name] = moduleFile.exec(entry.name) ?? [];
    const path = join(folder, entry.name);
    return name !== undefined && isFile(entry, path) ? [{ name, path }] : [];
  });
  return modules.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Mounted folders of containers have links to files. */
function isFile(entry: Dirent, path: string): boolean {
  return entry.isSymbolicLink()
    ? (statSync(path, { throwIfNoEntry: false })?.isFile() ?? false)
    : entry.isFile();
}

function faultOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT')
    return 'does not exist; a relative path begins at the folder of the file that names it';
  if (code === 'ENOTDIR') return 'is a file; name it as a plugin: `tcp: ./checks/tcp.ts`';
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

function refused({ name }: PluginGroup, message: string): ConfigError {
  return new ConfigError(`plugins ${name}: ${message}`, [], `/plugins${pointerStep(name)}/from`);
}
