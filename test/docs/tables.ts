import { readFileSync } from 'node:fs';
import { handlers } from '../../packages/endpoints/src/handlers/handlers.ts';
import { explain, formatKeyTable, formatTable, keyRows, type KeyRow } from './key-table.ts';

/** The documents with tables that are generated from the specs. */
export const documents = ['docs/endpoints-yaml.md', 'docs/workers.md'];

/** A comment that names the subject of the table below it, and this table. */
const marked = /^(<!-- table: (.+) -->\n\n)(?:\|.*\n)*/gm;

/** The text of a document, with its tables generated from the specs. */
export function withTables(document: string): string {
  return read(document).replace(marked, (_all, marker: string, subject: string) => marker + tableOf(subject));
}

/** The rows of all tables that explain keys of the file. */
export function documentedKeys(): readonly KeyRow[] {
  return subjects().flatMap((subject) => keysOf(subject) ?? []);
}

function tableOf(subject: string): string {
  const keys = keysOf(subject);
  if (keys) return formatKeyTable(keys);
  if (subject === 'built-in handlers') return formatHandlers();
  const [, name] = /^query of (\w+)$/.exec(subject) ?? [];
  const handler = Object.values(handlers).find(({ key }) => key === name);
  if (!handler) throw new Error(`there is no table of ${subject}`);
  return formatQuery(handler);
}

/** `keys of #/definitions/feed`, restricted to some (`only where`), or without some (`without where`). */
const keySubject = /^keys of (#\S*)(?: (only|without) (.+))?$/;

function keysOf(subject: string): readonly KeyRow[] | undefined {
  const [, pointer, limit, names = ''] = keySubject.exec(subject) ?? [];
  if (pointer === undefined) return undefined;
  const listed = names.split(' ');
  return keyRows(pointer, ownTables()).filter(
    ({ name }) => limit === undefined || listed.includes(name) === (limit === 'only'),
  );
}

/** The parts of the file's schema that have tables of their own. */
function ownTables(): readonly string[] {
  return subjects().flatMap((subject) => keySubject.exec(subject)?.[1] ?? []);
}

function subjects(): readonly string[] {
  return documents.flatMap((document) =>
    [...read(document).matchAll(marked)].map(([, , subject = '']) => subject),
  );
}

function formatHandlers(): string {
  return formatTable(
    ['handler', 'what it does', 'endpoint', 'concurrency'],
    Object.values(handlers).map(({ key, gist, delivery, concurrency }) => [
      `\`${key}\``,
      gist,
      `\`${delivery}\``,
      String(concurrency),
    ]),
  );
}

function formatQuery({ args }: (typeof handlers)[keyof typeof handlers]): string {
  return formatTable(
    ['query', 'meaning', 'default'],
    Object.entries(args).map(([name, schema]) => {
      const { meaning, absent = String(schema['default']) } = explain(schema);
      return [`\`${name}\``, meaning, absent];
    }),
  );
}

function read(document: string): string {
  return readFileSync(new URL(`../../${document}`, import.meta.url), 'utf8');
}
