import { expect } from 'chai';
import * as fc from 'fast-check';
import { type Filter, matches, readFields } from '../src/feed/filter.ts';
import type { Gap } from '../src/feed/gap.ts';
import { RingClient, type Sent, World } from './support/feed-world.ts';

const roomA = readFields(Buffer.from('{"room":"a"}'));

type Step = (world: World, client: RingClient) => void;

const which = fc.constantFrom(0 as const, 1 as const);
const few = fc.integer({ min: 1, max: 5 });

/** The possible actions; mostly reading and publishing. */
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .record({
        room: fc.constantFrom('a', 'b'),
        size: fc.integer({ min: 0, max: 300 }),
        hole: fc.nat(2),
        count: few,
      })
      .map(
        ({ room, size, hole, count }): Step =>
          (world) => {
            for (let i = 0; i < count; i += 1) world.publish(room, size, i === 0 ? hole : 0);
          },
      ),
  },
  {
    weight: 12,
    arbitrary: fc.record({ which, count: fc.integer({ min: 1, max: 12 }) }).map(
      ({ which, count }): Step =>
        (world) =>
          world.advance(world.processes[which], count),
    ),
  },
  {
    weight: 10,
    arbitrary: few.map(
      (times): Step =>
        (_, client) =>
          client.read(times),
    ),
  },
  {
    weight: 4,
    arbitrary: which.map(
      (which): Step =>
        (world, client) =>
          client.connect(world.processes[which]),
    ),
  },
  { weight: 2, arbitrary: fc.constant<Step>((_, client) => client.cut()) },
  {
    weight: 1,
    arbitrary: fc.record({ which, count: few }).map(
      ({ which, count }): Step =>
        (world) =>
          world.drop(world.processes[which], count),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({ which, last: few }).map(
      ({ which, last }): Step =>
        (world) =>
          world.restart(world.processes[which], last),
    ),
  },
);

const upheaval = fc.oneof(
  { weight: 40, arbitrary: step },
  { weight: 1, arbitrary: fc.constant<Step>((world) => world.makeAnew()) },
);

describe('a ring and its cursors, whatever happens', () => {
  for (const [what, filter] of [
    ['a client that wants everything', undefined],
    ['a client with a filter', roomA],
  ] as const) {
    it(`give ${what} each message in order and once, or declare its loss`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 120 }), (steps) => play(steps, filter)),
        { numRuns: 500 },
      );
    });

    it(`do so for ${what} when the stream is recreated as well`, () => {
      fc.assert(
        fc.property(fc.array(upheaval, { maxLength: 120 }), (steps) => play(steps, filter)),
        { numRuns: 500 },
      );
    });
  }

  it('show everything to a client that reconnects to either process, though one is behind', () => {
    const steps = fc.array(fc.record({ count: fc.nat(2), which, lag: fc.nat(2) }), { maxLength: 60 });
    const property = fc.property(steps, (steps) => {
      const world = new World();
      for (let i = 0; i < 3; i += 1) world.publish('a', 10, 0);
      world.advanceAll();
      const client = new RingClient(undefined);
      client.connect(world.processes[0]);
      for (const { count, which, lag } of steps) {
        for (let i = 0; i < count; i += 1) world.publish('a', 10, 0);
        const { length } = world.log;
        for (const process of world.processes)
          world.advance(process, Math.max(0, length - lag - process.read));
        world.advance(world.processes[which], 2);
        client.connect(world.processes[which]);
        client.read(10);
      }
      const told = finish(world, client);
      expect(told).to.deep.equal(world.log.slice(3).map((_, i) => ({ serial: i + 3 })));
    });

    fc.assert(property, { numRuns: 500 });
  });
});

function play(steps: readonly Step[], filter: Filter | undefined): void {
  const world = new World();
  world.publish('b', 10, 0);
  world.advanceAll();
  const client = new RingClient(filter);
  for (const step of steps) step(world, client);
  finish(world, client);
  expectComplete(world, client);
}

/** Lets everything come to rest, after one more message: only that reveals what was lost before it. */
function finish(world: World, client: RingClient): RingClient['told'] {
  const [process] = world.processes;
  world.publish('a', 10, 0);
  world.advance(process, world.log.length);
  client.connect(process);
  client.read(1_000);
  return client.told;
}

/** Between any two messages that a client had, the rest of what it wanted is within a declared gap. */
function expectComplete({ log }: World, { told, filter, begunAt = 0 }: RingClient): void {
  let last = begunAt - 1;
  let gaps: Gap[] = [];
  for (const each of [...told, { serial: log.length }]) {
    if (!('serial' in each)) {
      gaps.push(each);
      continue;
    }
    const { serial } = each;
    if (serial <= last) expect(epochs(gaps), `${serial} again after ${last}`).to.have.length.greaterThan(0);
    const stream = log[serial]?.stream ?? Number.POSITIVE_INFINITY;
    for (let missed = last + 1; missed < serial; missed += 1) {
      const sent = log[missed];
      if (sent && isWanted(sent, filter)) expectDeclared(sent, gaps, stream);
    }
    last = serial;
    gaps = [];
  }
}

function expectDeclared(sent: Sent, gaps: readonly Gap[], stream: number): void {
  const isCovered = gaps.some(({ from, to }) => from <= sent.offset && sent.offset <= to);
  const isVoid = sent.stream < stream && (epochs(gaps).length > 0 || gaps.some(isUnverified));
  expect(isCovered || isVoid, `${JSON.stringify(sent)} not within ${JSON.stringify(gaps)}`).to.equal(true);
}

function epochs(gaps: readonly Gap[]): readonly Gap[] {
  return gaps.filter(({ why }) => why === 'epoch');
}

/** The ring could not tell whether the position is of its stream: everything of an older one may be missing. */
function isUnverified({ from, why }: Gap): boolean {
  return why === 'evicted' && from === 0;
}

function isWanted({ room }: Sent, filter: Filter | undefined): boolean {
  return !filter || matches(filter, readFields(Buffer.from(JSON.stringify({ room }))));
}
