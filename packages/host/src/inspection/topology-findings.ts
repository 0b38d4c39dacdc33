import type { BrokerInspection, Depth, Difference, ObjectState } from '@restmapper/bus';
import { deletionAdvice } from './deletion.ts';
import { describeDifferences, type LiveCode, type LiveFinding } from './live-finding.ts';

type Kind = 'exchange' | 'queue';

/** What an inspection by an ordinary user shows of the objects of a topology. */
export function inspectionFindings(inspection: BrokerInspection): readonly LiveFinding[] {
  const { exchanges, queues } = inspection;
  return [
    ...[...exchanges].flatMap(([name, state]) => stateFindings('exchange', name, state)),
    ...[...queues].flatMap(([name, state]) => stateFindings('queue', name, state)),
    ...foreignFindings(inspection),
  ];
}

/** What is missing of other applications, or cannot be seen. */
export function foreignFindings({ foreign }: Pick<BrokerInspection, 'foreign'>): readonly LiveFinding[] {
  return foreign.flatMap(({ kind, name, state }) =>
    state.kind === 'missing' ? [foreignMissing(kind, name)] : stateFindings(kind, name, state),
  );
}

function stateFindings(kind: Kind, name: string, state: ObjectState): readonly LiveFinding[] {
  const object = { kind, name };
  if (state.kind === 'missing') return [missing(kind, name)];
  if (state.kind === 'unseen')
    return [
      { code: 'LIVE_UNSEEN', object, message: `the ${kind} ${name} could not be compared: ${state.reason}` },
    ];
  if (state.kind === 'different') return [conflict({ ...state, kind, name })];
  return [];
}

export function missing(kind: Kind, name: string): LiveFinding {
  return {
    code: 'LIVE_MISSING',
    object: { kind, name },
    message: `the ${kind} ${name} does not exist yet; the first process that may declare it creates it`,
  };
}

export function foreignMissing(kind: Kind, name: string): LiveFinding {
  return {
    code: 'LIVE_FOREIGN_MISSING',
    object: { kind, name },
    message: `the ${kind} ${name} of another application does not exist; start that application first, or correct the name`,
  };
}

/** Arguments that only affect how long a feed keeps messages. */
const retention: ReadonlySet<string> = new Set([
  'x-max-age',
  'x-max-length-bytes',
  'x-stream-max-segment-size-bytes',
]);

interface Conflict {
  readonly kind: Kind;
  readonly name: string;
  readonly differences: readonly Difference[];
  /** The broker's words. */
  readonly reason?: string;
  readonly depth?: Depth;
}

/** An object whose declaration is refused with PRECONDITION_FAILED. */
export function conflict({ kind, name, differences, reason = '', depth }: Conflict): LiveFinding {
  const isRetention = differences.length > 0 && differences.every(({ argument }) => retention.has(argument));
  const what = differences.length > 0 ? describeDifferences(differences) : reason;
  const code: LiveCode = isRetention ? 'LIVE_RETENTION' : 'LIVE_CONFLICT';
  const found = { code, object: { kind, name }, differences, ...(depth && { messages: depth.messages }) };
  if (isRetention) {
    const todo = 'it is followed as it is; to change it, delete it, with its messages';
    return { ...found, message: `the queue ${name} differs: ${what}; ${todo}` };
  }
  const todo =
    kind === 'exchange'
      ? 'delete the exchange with the management API, and a process declares it again'
      : `${deletionAdvice(name, depth, 'give the worker another `queue` until this one is empty')}, and a process declares it again`;
  return { ...found, message: `the ${kind} ${name} differs (PRECONDITION_FAILED): ${what}; ${todo}` };
}
