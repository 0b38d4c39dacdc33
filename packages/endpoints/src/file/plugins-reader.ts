import { resolve } from 'node:path';
import type { Worker } from '../model/model.ts';
import type { PluginGroup, PluginModule } from '../model/plugins.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import type { MergedFile } from './merge-parts.ts';
import { isModulePath, looksLikeModule } from './module-path.ts';
import type { RawFile, RawPluginGroup } from './structure.ts';

export interface PluginsContext {
  /** Returns the folder that the paths of a group at a pointer are relative to. */
  readonly directoryOf: MergedFile['directoryOf'];
  readonly report: Report;
}

/** The key of a group that names folders. */
const foldersKey = 'from';

/** Reads the plugins, whose form the schema has checked. */
export function readPlugins({ plugins }: RawFile, context: PluginsContext): readonly PluginGroup[] {
  return Object.entries(plugins ?? {}).map(([name, raw]) => readGroup(name, raw, context));
}

/** Adds the plugins of the file to every module; notes plugins of a file without modules. */
export function withPlugins(
  workers: readonly Worker[],
  plugins: readonly PluginGroup[],
  report: Report,
): readonly Worker[] {
  if (plugins.length === 0) return workers;
  if (workers.every(({ use }) => use.kind !== 'module')) {
    report.noteAtKey('/plugins', 'no worker is a module, so nothing loads the plugins');
  }
  return workers.map((worker) => {
    const { use } = worker;
    return use.kind === 'module' ? { ...worker, use: { ...use, plugins } } : worker;
  });
}

function readGroup(name: string, raw: RawPluginGroup, { directoryOf, report }: PluginsContext): PluginGroup {
  const pointer = extendPointer('/plugins', name);
  const directory = directoryOf(pointer);
  const modules = Object.entries(raw).flatMap(([key, path]): readonly PluginModule[] => {
    if (key === foldersKey || typeof path !== 'string') return [];
    if (isModulePath(path)) return [{ name: key, path: resolve(directory, path) }];
    report.atValue(extendPointer(pointer, key), `\`${path}\` ${pathFault(path)}`);
    return [];
  });
  const folders = foldersIn(raw[foldersKey]).map((folder) => resolve(directory, folder));
  return { name, modules, folders: [...new Set(folders)] };
}

function pathFault(path: string): string {
  if (looksLikeModule(path)) return `is not the path of a module; did you mean \`./${path}\`?`;
  const isFolder = /^\.{0,2}\//.test(path);
  return isFolder
    ? `is the path of a folder; write it under \`${foldersKey}\``
    : 'must be the path of a module, such as `./checks/tcp.ts`';
}

/** Several folders may come from one variable. */
function foldersIn(written: RawPluginGroup['from']): readonly string[] {
  const paths = [written ?? ''].flat().flatMap((path) => (path ?? '').split(','));
  return paths.map((path) => path.trim()).filter((path) => path !== '');
}
