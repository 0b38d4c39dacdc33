import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { after, before } from 'mocha';
import { documentedKeys } from '../docs/tables.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { runCommand } from '../system/command.ts';
import { fetchTools, runTool } from './tools.ts';

/** The file with every key, and the one that ships. */
const files = {
  workshop: fileURLToPath(new URL('workshop/endpoints.yaml', import.meta.url)),
  shipped: fileURLToPath(new URL('../../endpoints.yaml', import.meta.url)),
};

/** Keys that replace a neighbour, to read the same value from elsewhere. */
const alternatives = ['keyFile', 'deniedFile', 'clientsFile', 'usersFile'];

/** The part of AsyncAPI's parser that is used. */
interface AsyncApiParser {
  parse(text: string): Promise<{
    readonly document?: { channels(): { readonly length: number } };
    readonly diagnostics: readonly { readonly code: string }[];
  }>;
}

/** A linter's finding, as `rule place`. */
type Findings = readonly string[];

describe('a generated document', function () {
  this.timeout(180_000);
  let folder = '';
  let tools = '';
  const redocly: Record<string, Findings> = {};
  const spectral: Record<string, Findings> = {};

  before('lint the documents', async () => {
    tools = await fetchTools();
    folder = await makeTemporaryFolder('documents');
    await writeFile(join(folder, '.spectral.yaml'), 'extends: ["spectral:oas"]');
    await Promise.all(Object.entries(files).map(([name, file]) => write(name, file)));
    await Promise.all(
      Object.keys(files).flatMap((name) => [
        lintWithRedocly(name).then((found) => (redocly[name] = found)),
        lintWithSpectral(name).then((found) => (spectral[name] = found)),
      ]),
    );
  });

  after('delete the documents', () => rm(folder, { recursive: true, force: true }));

  async function write(name: string, file: string): Promise<void> {
    for (const kind of ['openapi', 'asyncapi']) {
      const { stdout } = await runCommand({ args: [kind, file] });
      await writeFile(join(folder, `${name}.${kind}.json`), stdout);
    }
  }

  async function lintWithRedocly(name: string): Promise<Findings> {
    const { output } = await runTool('redocly', ['lint', `${name}.openapi.json`, '--format=json'], folder);
    const { problems } = JSON.parse(output.slice(output.indexOf('{\n'), output.lastIndexOf('}') + 1)) as {
      problems: readonly { ruleId: string; location: readonly { pointer: string }[] }[];
    };
    return problems.map(({ ruleId, location: [place] }) => `${ruleId} ${place?.pointer}`);
  }

  async function lintWithSpectral(name: string): Promise<Findings> {
    const args = ['lint', `${name}.openapi.json`, '--ruleset=.spectral.yaml', '--format=json', '--quiet'];
    const { output } = await runTool('spectral', args, folder);
    const found = JSON.parse(output) as readonly { code: string; path: readonly (string | number)[] }[];
    return found.map(({ code, path }) => `${code} ${path.join(' ')}`);
  }

  it('is generated from a file with every key', async () => {
    const text = await readFile(files.workshop, 'utf8');
    const keys = new Set(documentedKeys().map(({ name }) => name.split('.').at(-1) ?? ''));

    const missing = [...keys].filter((key) => !new RegExp(`\\b${key}:`).test(text));

    expect(missing).to.have.members(alternatives);
  });

  it('has no findings of Redocly with its recommended rules', () => {
    expect(redocly['workshop']).to.deep.equal([]);
  });

  it('has findings of Spectral only about omitted descriptions, and features of OpenAPI 3.1', () => {
    expect(spectral['workshop']).to.have.members([
      'operation-description paths /orders/{id}/notes/{note} get',
      // Since 3.1, any scheme may have scopes; the rule knows 3.0.
      'oas3-operation-security-defined paths /orders post security 0 users 0',
      'oas3-operation-security-defined paths /orders post security 1 machines 0',
      'oas3-operation-security-defined paths /orders get security 0 users 0',
      'oas3-operation-security-defined paths /orders get security 1 machines 0',
    ]);
  });

  it('of the shipped file has findings only about its slashes and missing optional fields', () => {
    expect(redocly['shipped']).to.have.members([
      'no-path-trailing-slash #/paths/~1messages~1',
      'info-license #/info',
    ]);
    expect(spectral['shipped']).to.have.members([
      'info-contact info',
      'info-description info',
      'path-keys-no-trailing-slash paths /messages/',
      'operation-description paths /messages/ post',
      'operation-description paths /messages/ get',
    ]);
  });

  for (const name of Object.keys(files)) {
    it(`is understood by AsyncAPI’s parser: ${name}`, async () => {
      const require = createRequire(join(tools, 'package.json'));
      const { Parser } = require('@asyncapi/parser') as { Parser: new () => AsyncApiParser };
      const text = await readFile(join(folder, `${name}.asyncapi.json`), 'utf8');

      const { document, diagnostics } = await new Parser().parse(text);

      // It recommends 3.1.0, which no generator reads yet.
      const findings = diagnostics.map(({ code }) => code);
      expect(findings).to.deep.equal(['asyncapi-latest-version']);
      expect(document?.channels().length).to.be.above(3);
    });
  }
});
