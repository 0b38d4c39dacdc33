import { expect } from 'chai';
import type { QueueSpec, Topology } from '@restmapper/core';
import { findLeftBehind } from '../../src/contract/left-behind.ts';

function topologyOf(...queues: readonly QueueSpec[]): Topology {
  return { exchanges: [], queues, bindings: [] };
}

function ordered(...names: readonly string[]): readonly QueueSpec[] {
  return names.map((name) => ({ kind: 'work', name, deliveryLimit: 20, isOrdered: true }));
}

describe('what a topology leaves behind', () => {
  it('includes dead letters, and of ordered queues the one that counts processes, once all are gone', () => {
    const [before, fewer, none] = [
      topologyOf(...ordered('engine#0', 'engine#1')),
      topologyOf(...ordered('engine#0')),
      topologyOf(),
    ];

    expect(findLeftBehind(before, fewer).queues).to.deep.equal(['engine#1', 'engine#1.dead']);
    expect(findLeftBehind(before, none).queues).to.deep.equal([
      'engine#0',
      'engine#0.dead',
      'engine#1',
      'engine#1.dead',
      'engine#',
    ]);
  });
});
