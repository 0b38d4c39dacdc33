import { expect } from 'chai';
import { createEvents, createMessage, within } from '../../packages/bus/test/contract/fixtures.ts';
import { openUpBus, uniqueName } from '../../packages/bus/test/amqp/fixtures.ts';
import { printFigures } from '../support/figures.ts';
import { codeOf } from './support/outcomes.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

/** As many as a publisher accepts: those in its window, and some that are queued. */
const atOnce = 2_000;

describe('F7: an exchange to which no queue is bound', function () {
  this.timeout(faultTimeoutMs);

  it('never confirms a message, even when its calls are mixed with others', async () => {
    const events = createEvents();
    const unbound = uniqueName();
    const exchangeSpecs = [...events.topology.exchanges, { name: unbound, type: 'fanout' as const }];
    const bus = await openUpBus({ ...events.topology, exchanges: exchangeSpecs });
    const calls = sized({ short: 4_000, full: 10_000 });
    const exchanges = Array.from({ length: calls }, (_none, i) =>
      (i * 7) % 3 === 0 ? unbound : events.exchange,
    );

    const codes: string[] = [];
    for (let from = 0; from < calls; from += atOnce) {
      const publishing = exchanges
        .slice(from, from + atOnce)
        .map((exchange) => codeOf(bus.publish(exchange, createMessage('x'), within())));
      codes.push(...(await Promise.all(publishing)));
    }

    const mismatches = codes.filter((code, i) => code !== (exchanges[i] === unbound ? 'UNROUTABLE' : ''));
    const unroutable = codes.filter((code) => code === 'UNROUTABLE').length;
    printFigures('F7', { calls, confirmed: calls - unroutable, unroutable, mismatches: mismatches.length });
    expect(mismatches).to.deep.equal([]);
    expect(bus.stats.unconfirmed).to.equal(0);
  });
});
