import { expect } from 'chai';
import { hashPassword } from '../../src/privileges/broker-definitions.ts';
import { scramVerifier } from '../../src/privileges/database-roles.ts';

describe('password hashes', () => {
  it("match the example in RabbitMQ's documentation", () => {
    expect(hashPassword('test12', Buffer.from('908DC60A', 'hex'))).to.equal(
      'kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR',
    );
  });

  it('match the exchange in RFC 7677 for PostgreSQL', () => {
    expect(scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'))).to.equal(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });
});
