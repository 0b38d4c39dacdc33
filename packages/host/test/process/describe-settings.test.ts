import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { formatSettingsTable } from '../../src/process/describe-settings.ts';
import { roles } from '../../src/roles/roles.ts';

describe('the table of settings in docs/operations.md', () => {
  it('matches the list of settings', () => {
    const docs = readFileSync(new URL('../../../../docs/operations.md', import.meta.url), 'utf8');

    expect(docs).to.include(
      `| variable | default | |\n| --- | --- | --- |\n${formatSettingsTable(Object.values(roles))}\n`,
    );
  });
});
