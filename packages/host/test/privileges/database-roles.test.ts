import { parseEndpoints } from '@restmapper/endpoints';
import { expect } from 'chai';
import { databaseRolesOf, databaseRolesSql } from '../../src/privileges/database-roles.ts';

const endpoints = 'endpoints: { GET /n: { rpc: true } }';
const without = 'workers: { n: { on: GET /n, use: ./n.ts, database: false } }';
const using = 'workers: { n: { on: GET /n, use: ./n.ts } }';

describe('the roles of a database', () => {
  for (const [what, text, expected] of [
    ['with a worker that uses it', using, ['owner', 'worker']],
    ['with migrations only', `migrations: ./migrations\n${without}`, ['owner']],
    ['without either', without, []],
  ] as const) {
    it(`are ${expected.join(' and ') || 'none'} for a file ${what}`, () => {
      const model = parseEndpoints(`${endpoints}\n${text}`, { file: 'endpoints.yaml', directory: '/app' });

      expect(databaseRolesOf(model)).to.deep.equal(expected);
    });
  }

  it('are created for those that have a password', () => {
    const sql = databaseRolesSql({ prefix: 'app', passwords: { owner: 'a secret' } });

    expect(sql).to.contain('CREATE ROLE app_owner').and.to.contain("TO app_owner'");
    expect(sql).not.to.contain('app_worker');
  });
});
