import { resolve } from 'node:path';
import type { Migrations } from '../model/model.ts';

/** Reads the folder of the application's migrations, whose form the schema has checked. */
export function readMigrations(written: string | undefined, directory: string): Migrations | undefined {
  return written === undefined ? undefined : { directory: resolve(directory, written) };
}
