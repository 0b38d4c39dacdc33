import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Model } from '@restmapper/endpoints';
import { usesDatabase } from '../process/database-use.ts';
import type { DatabaseUser, DatabaseUserName } from '../process/privileges.ts';
import type { Role } from '../roles/role.ts';
import { roles } from '../roles/roles.ts';

export type DatabaseRole = 'owner' | DatabaseUserName;

const users = usersOf(Object.values(roles));

/** The roles of PostgreSQL: the owner migrates, workers use the tables. */
export const databaseRoles: readonly DatabaseRole[] = ['owner', ...users.map(({ name }) => name)];

/** The roles that a file needs: none if nothing of it uses a database, only the owner if nothing but migrations do. */
export function databaseRolesOf(model: Pick<Model, 'workers' | 'migrations'>): readonly DatabaseRole[] {
  const used = usersOf(Object.values(roles).filter((role) => usesDatabase({ role, model })));
  if (used.length === 0 && !model.migrations) return [];
  return ['owner', ...used.map(({ name }) => name)];
}

function usersOf(of: readonly Role[]): readonly DatabaseUser[] {
  return of.flatMap(({ privileges }) => privileges?.database ?? []);
}

export interface DatabaseRolesOptions {
  /** The prefix of each name; letters, digits and `_`. */
  readonly prefix: string;
  /** Of each role to create. */
  readonly passwords: Readonly<Record<'owner', string> & Partial<Record<DatabaseUserName, string>>>;
  /** Whether to transfer the current user's objects in the schema `public` to the owner. @default false */
  readonly adopt?: boolean;
}

/**
 * The SQL that creates the roles of a database; to be run by a superuser, safe to repeat.
 *
 * | role | may |
 * |---|---|
 * | owner | create and change tables: `restmapper migrate`, and migrations of your own |
 * | worker | read and write the rows of the owner's tables; change no table |
 * | others | not connect |
 */
export function databaseRolesSql({ prefix, passwords, adopt = false }: DatabaseRolesOptions): string {
  const owner = `${prefix}_owner`;
  const granted = users.flatMap((user) => {
    const password = passwords[user.name];
    return password === undefined ? [] : [{ ...user, password, role: `${prefix}_${user.name}` }];
  });
  const granting = `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA public GRANT`;
  return `BEGIN;
${createRole(owner, passwords.owner)}
${granted.map(({ role, password }) => `${createRole(role, password)}\n`).join('')}DO $$ BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO ${[owner, ...granted.map(({ role }) => role)].join(', ')}', current_database());
END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO ${owner};
${granted
  .map(
    ({ role, tables, sequences }) => `GRANT USAGE ON SCHEMA public TO ${role};
${granting} ${tables} ON TABLES TO ${role};
${granting} ${sequences} ON SEQUENCES TO ${role};
`,
  )
  .join('')}${adopt ? adoptAll(owner, granted) : ''}COMMIT;
`;
}

interface Granted extends DatabaseUser {
  /** Its name with the prefix. */
  readonly role: string;
}

/** Except objects of extensions. The sequence of a column follows its table. */
function adoptAll(owner: string, granted: readonly Granted[]): string {
  const grant = (of: 'tables' | 'sequences', kind = ''): string =>
    granted
      .map((user) => `EXECUTE format('GRANT ${user[of]} ON ${kind}%s TO ${user.role}', thing.name);`)
      .join(' ');
  return `DO $$ DECLARE thing record; BEGIN
  FOR thing IN
    SELECT oid::regclass AS name, relkind = 'S' AS is_sequence, ${dependsBy('pg_class', 'a', 'i')} AS is_of_column
    FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relowner = current_user::regrole
      AND relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT ${dependsBy('pg_class', 'e')}
  LOOP
    IF NOT thing.is_of_column THEN EXECUTE format('ALTER TABLE %s OWNER TO ${owner}', thing.name); END IF;
    IF thing.is_sequence THEN ${grant('sequences', 'SEQUENCE ')}
    ELSE ${grant('tables')}
    END IF;
  END LOOP;
  FOR thing IN
    SELECT oid::regprocedure AS name FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND proowner = current_user::regrole AND NOT ${dependsBy('pg_proc', 'e')}
  LOOP
    EXECUTE format('ALTER ROUTINE %s OWNER TO ${owner}', thing.name);
  END LOOP;
END $$;
`;
}

/** @see https://www.postgresql.org/docs/current/catalog-pg-depend.html */
function dependsBy(catalog: 'pg_class' | 'pg_proc', ...types: readonly ('a' | 'e' | 'i')[]): string {
  const ofTypes = types.map((type) => `'${type}'`).join(', ');
  return `EXISTS (SELECT FROM pg_depend
      WHERE classid = '${catalog}'::regclass AND objid = ${catalog}.oid AND deptype IN (${ofTypes}))`;
}

/** An existing role gets the password, and keeps its other rights. */
function createRole(name: string, password: string): string {
  const attributes = `LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '${scramVerifier(password)}'`;
  return `DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN CREATE ROLE ${name}; END IF;
END $$;
ALTER ROLE ${name} ${attributes};`;
}

const iterations = 4096;

/** The verifier that PostgreSQL stores instead of the password. @see RFC 5802, section 3, and RFC 7677 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const keyOf = (name: string): Buffer => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(keyOf('Client Key')).digest();
  const parts = [stored, keyOf('Server Key')].map((key) => key.toString('base64'));
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${parts.join(':')}`;
}
