import { expect } from 'chai';
import { leavesSession, toConnectError, toDatabaseError } from '../../src/database/sqlstate.ts';

function failure(code: string, message = 'failed', report: object = {}): Error {
  return Object.assign(new Error(message), { code, ...report });
}

/** Every class of SQLSTATE that PostgreSQL has. @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const classes =
  '00 01 02 03 08 09 0A 0B 0F 0L 0P 0Z 10 20 21 22 23 24 25 26 27 28 2B 2D 2F 34 38 39 3B 3D 3F 40 42 44 53 54 55 57 58 F0 HV P0 XX';

/** The report of PostgreSQL for an error from a trigger's RAISE with a code. */
const raised = {
  severity: 'ERROR',
  file: 'pl_exec.c',
  routine: 'exec_stmt_raise',
  where:
    'PL/pgSQL function refuse() line 3 at RAISE\nPL/pgSQL function restmapper_append(text,uuid[],text) line 18 at EXECUTE',
};

describe('toDatabaseError', () => {
  it('classifies data errors as data, system errors as away, and no other class as a whole', () => {
    const kinds = new Map(
      classes.split(' ').map((name) => [name, toDatabaseError(failure(`${name}000`)).kind] as const),
    );

    const ofKind = (wanted: string) => [...kinds].flatMap(([name, kind]) => (kind === wanted ? [name] : []));
    expect(ofKind('data')).to.deep.equal(['21', '22', '23', '54']);
    expect(ofKind('away')).to.deep.equal(['58']);
  });

  const kinds = {
    data: ['21000', '22P02', '22003', '23505', '23514', '54001'],
    away: '25006 40001 40P01 53100 53200 53300 57P01 57P02 57P03 58030 ECONNRESET EPIPE'.split(' '),
    defect:
      '08006 25P02 26000 28P01 3D000 42P01 42501 44000 53400 55000 55P03 57014 P0001 XX000 ERR_INVALID_ARG_TYPE'.split(
        ' ',
      ),
  };
  for (const [kind, codes] of Object.entries(kinds)) {
    for (const code of codes) {
      it(`classifies ${code} as ${kind}`, () => {
        expect(toDatabaseError(failure(code))).to.include({ kind, code, message: 'failed' });
      });
    }
  }

  for (const code of [...kinds.away.filter((name) => !name.startsWith('E')), 'EPIPE', 'EFULL']) {
    it(`classifies ${code} as a defect when a procedure raised it`, () => {
      expect(toDatabaseError(failure(code, 'failed', raised))).to.include({ kind: 'defect', code });
    });
  }

  it('classifies data errors from a procedure as data', () => {
    expect(toDatabaseError(failure('22P02', 'failed', raised)).kind).to.equal('data');
  });

  for (const severity of ['FATAL', 'PANIC']) {
    it(`classifies any error that ends the session, such as ${severity}, as away`, () => {
      expect(toDatabaseError(failure('08P01', 'query_wait_timeout', { severity })).kind).to.equal('away');
    });
  }

  const inTrigger = { where: raised.where, severity: 'ERROR' };
  const inAppend = { where: raised.where.split('\n')[1], severity: 'ERROR' };
  const systemErrors = [
    ['one of our statements', 'away', { ...inAppend, file: 'copyfrom.c' }],
    ['a trigger that opens a file', 'defect', { ...inTrigger, file: 'genfile.c' }],
    ['a trigger whose table lies on a broken disk', 'away', { ...inTrigger, file: 'md.c' }],
    ['a trigger in SQL', 'defect', { severity: 'ERROR', where: 'SQL function "f" statement 1' }],
  ] as const;
  for (const [what, kind, report] of systemErrors) {
    it(`classifies a system error in ${what} as ${kind}`, () => {
      expect(toDatabaseError(failure('58P01', 'could not open file', report)).kind).to.equal(kind);
    });
  }

  for (const message of [
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
    'Cannot use a pool after calling end on the pool',
  ]) {
    it(`classifies "${message}" as away`, () => {
      expect(toDatabaseError(new Error(message))).to.include({ kind: 'away', message });
    });
  }

  it('classifies an error in our own code as a defect, with the error as its cause', () => {
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
  it('classifies every failure as away, with its code', () => {
    expect(toConnectError(failure('28P01', 'wrong password'))).to.include({
      kind: 'away',
      code: '28P01',
      message: 'wrong password',
    });
  });

  it('reports the first of several addresses that were tried', () => {
    const error = toConnectError(new AggregateError([failure('ECONNREFUSED', 'connect ECONNREFUSED ::1')]));

    expect(error).to.include({ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED ::1' });
  });
});

describe('leavesSession', () => {
  const reports = [
    ['a deadlock', true, { code: '40P01', severity: 'ERROR' }],
    ['a deadlock, in another language', true, { code: '40P01', severity: 'FEHLER' }],
    ['a shutdown, in another language', false, { code: '57P01', severity: 'ВАЖНО' }],
    ['a session that is ended', false, { code: '25P03', severity: 'FATAL' }],
    ['a lost connection', false, { code: 'ECONNRESET' }],
  ] as const;
  for (const [what, leaves, report] of reports) {
    it(`reports that ${what} ${leaves ? 'leaves' : 'ends'} the session`, () => {
      expect(leavesSession(failure(report.code, 'failed', report))).to.equal(leaves);
    });
  }
});
