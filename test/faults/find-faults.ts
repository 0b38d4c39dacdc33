import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const folders = ['test/faults', 'packages'];
const faultInTitle = /\b(?:describe|it)\(\s*['"`][^'"`]*?\b(F\d+)\b/g;

/** Finds the files whose titles contain each fault. */
export async function findFaults(): Promise<ReadonlyMap<string, readonly string[]>> {
  const faults = new Map<string, string[]>();
  for (const file of await findTests()) {
    const titles = (await readFile(file, 'utf8')).matchAll(faultInTitle);
    for (const fault of new Set([...titles].map(([, fault = '']) => fault))) {
      faults.set(fault, [...(faults.get(fault) ?? []), file]);
    }
  }
  return faults;
}

async function findTests(): Promise<readonly string[]> {
  const names = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(folder, { recursive: true })).map((name) => join(folder, name)),
    ),
  );
  return names.flat().filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'));
}
