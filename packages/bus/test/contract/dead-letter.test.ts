import { expect } from 'chai';
import { readDeadLetter } from '../../src/contract/dead-letter.ts';
import { createMessage } from './fixtures.ts';

describe('a dead letter of another program', () => {
  for (const [said, attempts] of [
    [4, 4],
    ['4', 4],
    ['many', 2],
    ['', 2],
    [-1, 2],
    [1.5, 2],
  ] as const) {
    it(`has ${attempts} attempts when its second delivery failed and it says ${JSON.stringify(said)}`, () => {
      const message = createMessage('{}', { 'x-attempts': said });

      const letter = readDeadLetter(message, { queue: 'q', routingKey: '', attempt: 2 });

      expect(letter.attempts).to.equal(attempts);
    });
  }
});
