import { openModel, roles } from '@restmapper/host';
import { inspectLive, type LiveCode, type LiveFinding, type LiveReport } from '@restmapper/host/services';
import type { FileCall } from '../command/cli-command.ts';

export interface PlanCall extends FileCall {
  readonly vhost: string;
  readonly json?: true;
  readonly detailedExitcode?: true;
}

type Action = 'impossible' | 'unsafe' | 'create' | 'keep' | 'left over' | 'not seen';

/** What starting the file does about a finding; what is absent concerns running processes. */
const actions: Readonly<Partial<Record<LiveCode, Action>>> = {
  LIVE_UNREACHABLE: 'impossible',
  LIVE_CONFLICT: 'impossible',
  LIVE_FOREIGN_MISSING: 'impossible',
  LIVE_PARTS: 'unsafe',
  LIVE_MIGRATION: 'create',
  LIVE_MISSING: 'create',
  LIVE_RETENTION: 'keep',
  LIVE_LEFTOVER: 'left over',
  LIVE_UNSEEN: 'not seen',
};

interface Step extends LiveFinding {
  readonly action: Action;
}

/**
 * Lists what starting the file would change on the broker and in the database, what would be refused, and what would
 * leave messages behind; changes nothing.
 *
 * Resolves with 1 if something would be refused or left behind; with `--detailed-exitcode`, with 3 if something differs.
 * @throws ConfigError if the file or a setting is invalid.
 */
export async function run(call: PlanCall): Promise<number> {
  const { file, vhost, terminal, json, detailedExitcode } = call;
  const model = openModel(file, terminal.env);
  const report = await inspectLive({ model, role: roles.start, terminal, vhost });
  const steps = report.findings.flatMap(stepsOf);
  terminal.print(json ? formatJson(steps, report) : formatText(steps, report));
  if (steps.some(isRefused)) return 1;
  return detailedExitcode && steps.some(({ action }) => action !== 'not seen') ? 3 : 0;
}

/** What must not be started. */
function isRefused({ action }: Step): boolean {
  return action === 'impossible' || action === 'unsafe';
}

function stepsOf(finding: LiveFinding): readonly Step[] {
  const action = actions[finding.code];
  return action === undefined ? [] : [{ action, ...finding }];
}

function formatJson(steps: readonly Step[], { notCompared }: LiveReport): string {
  const isPossible = !steps.some(isRefused);
  return `${JSON.stringify({ possible: isPossible, steps, notCompared }, undefined, 2)}\n`;
}

const headings: Readonly<Record<Action, string>> = {
  impossible: 'cannot work as it is',
  unsafe: 'unsafe while messages wait',
  create: 'to create',
  keep: 'stays as it is',
  'left over': 'left over',
  'not seen': 'not seen',
};

function formatText(steps: readonly Step[], { notCompared, hasServers }: LiveReport): string {
  const lines = steps.map(({ action, message }) => `${action}: ${message}\n`);
  const notes = notCompared.map((sentence) => `note: ${sentence}\n`);
  return [...lines, ...notes, `${hasServers ? summarize(steps) : 'nothing to compare with'}\n`].join('');
}

function summarize(steps: readonly Step[]): string {
  const counts = Object.entries(headings).flatMap(([action, heading]) => {
    const { length } = steps.filter((step) => step.action === action);
    return length === 0 ? [] : [`${length} ${heading}`];
  });
  return counts.join(', ') || 'nothing to do';
}
