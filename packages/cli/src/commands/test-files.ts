import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@restmapper/core';

const suffixes = ['.test.yaml', '.test.yml'];

/**
 * Finds files of test cases: those named, and those in the folders named; without any, those in this folder.
 *
 * @throws ConfigError if there is no such file or folder.
 */
export function findCaseFiles(named: readonly string[]): readonly string[] {
  const places = named.length > 0 ? named : ['.'];
  return [...new Set(places.flatMap((place) => (isFolder(place) ? filesIn(place) : [place])))];
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => suffixes.some((suffix) => name.endsWith(suffix)))
    .toSorted()
    .map((name) => join(folder, name));
}

function isFolder(place: string): boolean {
  const found = statSync(place, { throwIfNoEntry: false });
  if (!found) throw new ConfigError(`${place} does not exist`);
  return found.isDirectory();
}
