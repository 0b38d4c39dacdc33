import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@restmapper/core';
import { expect } from 'chai';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { use } from '../../../../test/support/use.ts';
import { locateError, openLocator } from '../../src/process/model-file.ts';

const text = 'SELECT 1,\n  missing\n';
const files = {
  'endpoints.yaml': 'include: [./more.yaml]\nendpoints: { GET /n: { rpc: true } }\n',
  'more.yaml':
    'workers:\n  n:\n    on: GET /n\n    use: sql\n    expect: one\n    statement: |\n      SELECT 1,\n        missing\n',
};

describe('locateError', () => {
  it('points at the character of a text, also in an included file', async () => {
    const folder = use(await makeTemporaryFolder('locate'), (path) => rm(path, { recursive: true }));
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const within = { text, index: text.indexOf('missing') };
    const error = new ConfigError('it does not exist', [], { pointer: '/workers/n/statement', within });

    const located = locateError(error, openLocator(join(folder, 'endpoints.yaml'), {}));

    expect(located).to.have.nested.property('problems[0]').that.includes({ line: 8, column: 9 });
    expect(located).to.have.property('message').that.contains('more.yaml:8:9 it does not exist');
  });
});
