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

/**
 * What was not in order: two messages of a member in progress at once, in any processes that were not killed, and a
 * message after a later one of its member, unless a killed process left it unsettled.
 */
export function findDisorder(steps: readonly Step[], killed: ReadonlySet<number> = new Set()): string[] {
  const running = new Map<string, Step>();
  const last = new Map<string, Step>();
  const faults: string[] = [];
  for (const step of steps) {
    const { pid, edge, member, number } = step;
    if (edge === 'end') {
      running.delete(member);
      continue;
    }
    const other = running.get(member);
    if (other && !killed.has(other.pid)) faults.push(`${textOf(step)} beside ${textOf(other)}`);
    running.set(member, step);
    const before = last.get(member);
    const isRepeated = before !== undefined && killed.has(before.pid) && before.pid !== pid;
    if (before && number !== before.number + 1 && !(isRepeated && number <= before.number))
      faults.push(`${textOf(step)} after ${textOf(before)}`);
    last.set(member, step);
  }
  return faults;
}

function textOf({ pid, member, number }: Step): string {
  return `${member}/${number} in ${pid}`;
}
