import { readFileSync } from 'node:fs';

/**
 * One line of the file to which all processes append what they do: `{"pid":7,"edge":"begin","member":"m1","number":5}`.
 * The order of the lines is that in which it happened.
 */
export interface Step {
  readonly pid: number;
  readonly edge: 'begin' | 'end';
  readonly member: string;
  readonly number: number;
}

/** The lines so far; a last one that is not complete yet is left out. */
export function readSteps(file: string): readonly Step[] {
  const text = readFileSync(file, 'utf8');
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Step);
}

/** The numbers of each member, in the order in which their processing ended. */
export function endedOf(steps: readonly Step[]): ReadonlyMap<string, readonly number[]> {
  const ended = new Map<string, number[]>();
  for (const { edge, member, number } of steps) {
    if (edge === 'begin') continue;
    const numbers = ended.get(member) ?? [];
    ended.set(member, [...numbers, number]);
  }
  return ended;
}

/** Which messages were in progress beside another one of their member, in any processes that were not killed. */
export function findOverlaps(steps: readonly Step[], killed: ReadonlySet<number> = new Set()): string[] {
  const running = new Map<string, Step>();
  const faults: string[] = [];
  for (const step of steps) {
    const other = running.get(step.member);
    if (step.edge === 'end') {
      if (other?.pid === step.pid) running.delete(step.member);
      continue;
    }
    if (other && !killed.has(other.pid)) faults.push(`${textOf(step)} beside ${textOf(other)}`);
    running.set(step.member, step);
  }
  return faults;
}

/** The overlaps, and which messages were begun after a later one of their member, or before an earlier one. */
export function findDisorder(steps: readonly Step[], killed: ReadonlySet<number> = new Set()): string[] {
  const last = new Map<string, Step>();
  const faults: string[] = [];
  for (const step of steps.filter(({ edge }) => edge === 'begin')) {
    const before = last.get(step.member);
    last.set(step.member, step);
    // What a killed process did not settle is repeated.
    const mayRepeat = before !== undefined && killed.has(before.pid) && before.pid !== step.pid;
    if (!before || step.number === before.number + 1 || (mayRepeat && step.number <= before.number)) continue;
    faults.push(`${textOf(step)} after ${textOf(before)}`);
  }
  return [...findOverlaps(steps, killed), ...faults];
}

function textOf({ pid, member, number }: Step): string {
  return `${member}/${number} in ${pid}`;
}
