import type { Bus } from '../../src/contract/bus.ts';
import type { Topology } from '@restmapper/core';
import { use } from '../../../../test/support/use.ts';
import { describeBatches } from './batches.ts';
import { describeClosing } from './closing.ts';
import { describeDeadLetters } from './dead-letters.ts';
import { describeDeadLetterSorting } from './dead-letter-sorting.ts';
import { describeDeadLettersOfExchanges } from './dead-letters-of-exchanges.ts';
import { describeDelivery } from './delivery.ts';
import { describeExpiring } from './expiring.ts';
import { describeFeeds } from './feeds.ts';
import { describeForeignExchanges, describeForeignQueues } from './foreign.ts';
import { describeInspecting } from './inspecting.ts';
import { describeKeyedRequests } from './keyed-requests.ts';
import { describeOrder } from './ordering.ts';
import { describePartitions } from './partitions.ts';
import { describePausing } from './pausing.ts';
import { describePublishing } from './publishing.ts';
import { describeExchanges } from './exchanges.ts';
import { describeRedelivery } from './redelivery.ts';
import { describeReplacing } from './replacing.ts';
import { describeRequestEnds } from './request-ends.ts';
import { describeRequestMany } from './request-many.ts';
import { describeRequests } from './requests.ts';
import { describeRetries } from './retries.ts';
import { describeRouting } from './routing.ts';
import { describeSeveralQueues } from './several-queues.ts';
import type { OpenBus } from './fixtures.ts';

export interface BusContractOptions {
  /**
   * Opens a bus that is up. Buses opened for the same topology meet at the same broker.
   *
   * The suite closes the bus; its opener removes what the topology declared.
   */
  readonly openBus: (topology: Topology) => Promise<Bus>;
  /** Deletes what a topology declared that no bus was opened for. @default nothing, as it ends with the process */
  readonly remove?: (topology: Topology) => Promise<void>;
}

/** Declares the tests that every implementation of the bus passes. */
export function describeBusContract(
  name: string,
  { openBus, remove = async () => {} }: BusContractOptions,
): void {
  const open: OpenBus = async (topology) =>
    use(await openBus(topology), (bus) => bus.close({ timeoutMs: 1000 }));

  describe(`${name}, by the contract of the bus`, () => {
    describeDelivery(open);
    describePublishing(open);
    describeRouting(open);
    describeExchanges(open);
    describeForeignExchanges(open);
    describeForeignQueues(open);
    describeReplacing(open, { remove });
    describeRedelivery(open);
    describeRetries(open);
    describeExpiring(open);
    describePausing(open);
    describeDeadLetters(open);
    describeDeadLetterSorting(open);
    describeDeadLettersOfExchanges(open);
    describeBatches(open);
    describeRequests(open);
    describeRequestEnds(open);
    describeRequestMany(open);
    describeFeeds(open);
    describeInspecting(open);
    describeSeveralQueues(open);
    describeKeyedRequests(open);
    describeOrder(open);
    describePartitions(open);
    describeClosing(open);
  });
}
