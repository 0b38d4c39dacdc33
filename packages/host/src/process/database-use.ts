import type { Model } from '@restmapper/endpoints';
import type { RoleSpec } from './role.ts';
import type { Settings } from './settings.ts';

/** What decides whether a process uses a database. */
export interface DatabaseUse {
  readonly role: Pick<RoleSpec, 'needs'>;
  readonly model: Pick<Model, 'workers'>;
  /** The workers that run in it. @default all of the file */
  readonly workers?: readonly string[] | undefined;
}

/** The workers of a process that use the database. */
export function databaseWorkersOf({ role, model, workers: names }: DatabaseUse): readonly string[] {
  if (role.needs.database === false) return [];
  return model.workers
    .filter(({ name, usesDatabase }) => usesDatabase && (names?.includes(name) ?? true))
    .map(({ name }) => name);
}

/** Whether a process uses a database. */
export function usesDatabase(use: DatabaseUse): boolean {
  return databaseWorkersOf(use).length > 0;
}

/** Whether the settings say where the database of a role is. */
export function isDatabaseNamed({ role, settings }: NamedDatabase): boolean {
  return role.needs.database !== 'named' || settings.databaseUrl !== undefined || settings.hasDataDir;
}

interface NamedDatabase {
  readonly role: Pick<RoleSpec, 'needs'>;
  readonly settings: Pick<Settings, 'databaseUrl' | 'hasDataDir'>;
}
