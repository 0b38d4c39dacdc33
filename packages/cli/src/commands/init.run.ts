import type { CommandCall } from '../command/cli-command.ts';
import { planProject } from '../project/plan-project.ts';
import type { Flavor } from '../project/template.ts';
import { writeProject } from '../project/write-project.ts';
import { formatInitReport, formatRefusal } from './init-report.ts';

export interface InitCall extends CommandCall {
  readonly folder: string;
  readonly javascript?: true;
  readonly minimal?: true;
  /** Whether files that exist already are left as they are, instead of being a reason to write nothing. */
  readonly keep?: true;
}

/**
 * Writes a new project, and prints the next commands.
 *
 * @throws ConfigError if a file cannot be written.
 */
export function run({ folder, javascript, minimal, keep, terminal }: InitCall): number {
  if (javascript && minimal) {
    terminal.printError('error: --minimal writes no code; leave out --javascript\n');
    return 2;
  }
  const flavor = flavorOf({ javascript, minimal });
  const plan = planProject(folder, { flavor, readsTypeScript: readsTypeScript() });
  if (plan.existing.length > 0 && !keep) {
    terminal.printError(formatRefusal({ ...plan, folder }));
    return 1;
  }
  writeProject(folder, plan);
  terminal.print(formatInitReport({ ...plan, folder, flavor }));
  return 0;
}

function flavorOf({ javascript, minimal }: Pick<InitCall, 'javascript' | 'minimal'>): Flavor {
  if (minimal) return 'minimal';
  return javascript ? 'javascript' : 'typescript';
}

/** Whether Node reads TypeScript by itself, as it does from 22.18 on. */
function readsTypeScript(): boolean {
  const { features } = process as { readonly features: { readonly typescript?: unknown } };
  return Boolean(features.typescript);
}
