import { expect } from 'chai';
import { toConnectError, toDatabaseError } from '../src/sqlstate.ts';

function failure(code: string, message = 'failed'): Error {
  return Object.assign(new Error(message), { code });
}

/** Every class of SQLSTATE that PostgreSQL has. @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const classes =
  '00 01 02 03 08 09 0A 0B 0F 0L 0P 0Z 10 20 21 22 23 24 25 26 27 28 2B 2D 2F 34 38 39 3B 3D 3F 40 42 44 53 54 55 57 58 F0 HV P0 XX';

describe('toDatabaseError', () => {
  it('takes the classes of data and of a database that is away for that, and all others for a defect', () => {
    const kinds = new Map(
      classes.split(' ').map((name) => [name, toDatabaseError(failure(`${name}000`)).kind] as const),
    );

    const ofKind = (wanted: string) => [...kinds].flatMap(([name, kind]) => (kind === wanted ? [name] : []));
    expect(ofKind('data')).to.deep.equal(['21', '22', '23', '54']);
    expect(ofKind('away')).to.deep.equal(['08', '40', '53', '55', '57', '58']);
  });

  const kinds = {
    data: ['21000', '22P02', '22003', '23505', '23514', '54001'],
    away: [
      '08006',
      '25006',
      '40001',
      '40P01',
      '53300',
      '55P03',
      '57014',
      '57P01',
      '58030',
      'ECONNRESET',
      'EPIPE',
    ],
    defect: ['25P02', '26000', '28P01', '3D000', '42P01', '42501', 'XX000', 'ERR_INVALID_ARG_TYPE'],
  };
  for (const [kind, codes] of Object.entries(kinds)) {
    for (const code of codes) {
      it(`takes ${code} for ${kind}`, () => {
        expect(toDatabaseError(failure(code))).to.include({ kind, code, message: 'failed' });
      });
    }
  }

  for (const message of [
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
    'Cannot use a pool after calling end on the pool',
  ]) {
    it(`takes "${message}" for away`, () => {
      expect(toDatabaseError(new Error(message))).to.include({ kind: 'away', message });
    });
  }

  it('takes an error of our own code for a defect, with the error as its cause', () => {
    const cause = new TypeError('x is not a function');

    const error = toDatabaseError(cause);

    expect(error).to.include({ kind: 'defect', code: '', cause });
  });

  it('does not wrap a DatabaseError again', () => {
    const error = toDatabaseError(failure('22P02'));

    expect(toDatabaseError(error)).to.equal(error);
  });
});

describe('toConnectError', () => {
  it('takes every failure for away, with its code', () => {
    expect(toConnectError(failure('28P01', 'wrong password'))).to.include({
      kind: 'away',
      code: '28P01',
      message: 'wrong password',
    });
  });

  it('speaks of the first of several addresses that were tried', () => {
    const error = toConnectError(new AggregateError([failure('ECONNREFUSED', 'connect ECONNREFUSED ::1')]));

    expect(error).to.include({ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED ::1' });
  });
});
