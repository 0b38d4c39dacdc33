import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { IncludeReader } from '@restmapper/endpoints';
import { describeFileError } from './file-error.ts';
import { foreignEncoding } from './text-encoding.ts';

/** Receives each file and folder that a result depends on, also if it does not exist. */
export type OnLook = (path: string) => void;

/**
 * Creates the reader of included files.
 *
 * In a pattern, `*` stands for any characters of a name and `?` for one, neither for a dot at its beginning; `**`
 * stands for any number of folders.
 */
export function createIncludeReader(onLook: OnLook = () => {}): IncludeReader {
  return {
    list(pattern, directory) {
      const start = isAbsolute(pattern) ? '/' : directory;
      const steps = pattern.split('/').filter((step) => step !== '' && step !== '.');
      return [...new Set(findFiles(start, steps, onLook))].sort();
    },
    read(path) {
      onLook(path);
      const bytes = readBytes(path);
      const encoding = foreignEncoding(bytes);
      if (encoding !== undefined) throw new Error(`it is ${encoding}; save it as UTF-8`);
      return bytes.toString('utf8');
    },
    identify(path) {
      try {
        return realpathSync(path);
      } catch {
        return path;
      }
    },
  };
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = describeFileError(error);
    const isFolder = error instanceof Error && 'code' in error && error.code === 'EISDIR';
    throw new Error(isFolder ? `${reason}; add \`/*.yaml\` for the files in it` : reason, { cause: error });
  }
}

function findFiles(folder: string, steps: readonly string[], onLook: OnLook): readonly string[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [];
  if (step === '**') {
    const folders = entriesOf(folder, onLook).filter((entry) => entry.isDirectory() && isVisible(entry));
    const deeper = folders.flatMap(({ name }) => findFiles(join(folder, name), steps, onLook));
    return [...findFiles(folder, rest.length === 0 ? ['*'] : rest, onLook), ...deeper];
  }
  const isLast = rest.length === 0;
  return matchesOf(folder, step, onLook).flatMap((path) => {
    if (!isLast) return findFiles(path, rest, onLook);
    return isFolder(path) ? [] : [path];
  });
}

/** The entries of a folder that match a step of a pattern; a step without wildcards need not exist. */
function matchesOf(folder: string, step: string, onLook: OnLook): readonly string[] {
  if (!/[*?]/.test(step)) return [join(folder, step)];
  const form = step
    .replaceAll(/[.+^$(){}|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]');
  const pattern = new RegExp(`^${form}$`, 'u');
  return entriesOf(folder, onLook)
    .filter(({ name }) => pattern.test(name) && (!name.startsWith('.') || step.startsWith('.')))
    .map(({ name }) => join(folder, name));
}

/** None if it is not a folder, or cannot be read. */
function entriesOf(folder: string, onLook: OnLook): readonly Dirent[] {
  onLook(folder);
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Folders of packages and tools hold nothing of the writer's. */
function isVisible({ name }: Dirent): boolean {
  return !name.startsWith('.') && name !== 'node_modules';
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
