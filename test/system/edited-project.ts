import { randomUUID } from 'node:crypto';
import { rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { Client } from 'pg';
import { amqpUrl, deleteTopology } from '../support/amqp.ts';
import { databaseUrl } from '../support/database.ts';
import { use } from '../support/use.ts';
import { openFolder } from './command.ts';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** A project whose files are edited; each version changes its endpoints and an imported module. */
export interface EditedProject {
  readonly folder: string;
  /** The prefix of every endpoint's path. */
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  /** Saves all files of a version; with additional workers, indented by two. */
  save(version: number, workers?: string): Promise<void>;
  /** Saves an invalid file, a different one in each turn. */
  break(turn: number): Promise<void>;
}

/** Writes a project's first version, 0, with its own names and database. */
export async function openEditedProject(): Promise<EditedProject> {
  const id = randomUUID().slice(0, 8);
  const folder = await openFolder();
  await symlink(modules, join(folder, 'node_modules'));
  await writeFile(join(folder, 'echo.mjs'), handlerOf('data', ''));
  await writeFile(
    join(folder, 'version.mjs'),
    handlerOf('version', "import { version } from './value.mjs';"),
  );
  const yamlOf = (version: number, workers?: string) => yaml(`/${id}`, version, workers);
  const writers = [writeFile, replaceFile];
  let saves = 0;
  const write = async (name: string, text: string): Promise<void> => {
    saves += 1;
    await writers[saves % writers.length]?.(join(folder, name), text);
  };
  const project: EditedProject = {
    folder,
    path: `/${id}`,
    env: { AMQP_URL: amqpUrl(), DATABASE_URL: await createDatabase(id) },
    async save(version, workers) {
      await write('value.mjs', `export const version = ${version};\n`);
      await write('endpoints.yaml', yamlOf(version, workers));
    },
    break: async (turn) => {
      if (turn % 3 === 0) await write('endpoints.yaml', yamlOf(turn).replace('use: append', 'use: apend'));
      else if (turn % 3 === 1) await write('endpoints.yaml', `${yamlOf(turn)}\n  : : [`);
      else await write('value.mjs', 'export const version = ;\n');
    },
  };
  await project.save(0);
  const model = parseEndpoints(yamlOf(0), { file: 'endpoints.yaml', directory: folder });
  use(project, () => deleteTopology(topologyOf(model)));
  return project;
}

/** Saves a file like an editor that keeps the old one until the new one is complete. */
async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}~`, text);
  await rename(`${path}~`, path);
}

function handlerOf(result: string, imports: string): string {
  return `import { defineHandler } from 'restmapper/worker';
${imports}
export default defineHandler(async ({ data }) => ${result});
`;
}

/** The endpoint `shape` of a version accepts only `{"k<version>":…}`. */
function yaml(path: string, version: number, workers = ''): string {
  const name = path.slice(1);
  return `endpoints:
  POST ${path}/kept: { public: true, fanout: true, body: true, feed: "kept-${name}" }
  POST ${path}/echo: { public: true, rpc: true, body: true }
  POST ${path}/version: { public: true, rpc: true, body: true }
  POST ${path}/shape: { public: true, rpc: true, body: { type: object, required: [k${version}] } }
workers:
  kept: { on: POST ${path}/kept, use: append, table: kept }
  echo: { on: POST ${path}/echo, use: ./echo.mjs }
  version: { on: POST ${path}/version, use: ./version.mjs }
  shape: { on: POST ${path}/shape, use: ./echo.mjs }
${workers}
feeds:
  kept-${name}: { public: true }
`;
}

async function createDatabase(id: string): Promise<string> {
  const name = `edited_${id}`;
  const client = use(new Client({ connectionString: databaseUrl() }), (client) => client.end());
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  use(name, () => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
  const url = new URL(databaseUrl());
  url.pathname = `/${name}`;
  return url.href;
}
