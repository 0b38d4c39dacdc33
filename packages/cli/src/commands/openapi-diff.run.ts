import { type Change, compareOpenApi, type Severity } from '@restmapper/endpoints';
import { openDescription } from '@restmapper/host';
import type { CommandCall } from '../command/cli-command.ts';

export interface OpenApiDiffCall extends CommandCall {
  readonly old: string;
  readonly new: string;
  readonly strict?: true;
  readonly json?: true;
}

const severities: readonly Severity[] = ['breaking', 'unclear', 'compatible'];

/**
 * Lists the changes between two descriptions of an API; resolves with 1 if one is breaking.
 *
 * @throws ConfigError if a description is unreadable or invalid.
 */
export async function run(call: OpenApiDiffCall): Promise<number> {
  const { terminal, json, strict } = call;
  if (call.old === '-' && call.new === '-') {
    terminal.printError('error: only one of the two can be standard input\n');
    return 2;
  }
  const [before, after] = [
    await openDescription(call.old, terminal),
    await openDescription(call.new, terminal),
  ];
  const changes = compareOpenApi(before, after);
  const bySeverity = severities.map((severity) => changes.filter((change) => change.severity === severity));
  const [breaking = [], unclear = []] = bySeverity;
  terminal.print(json ? formatJson(bySeverity.flat()) : formatText(bySeverity));
  return breaking.length > 0 || (strict && unclear.length > 0) ? 1 : 0;
}

function formatJson(changes: readonly Change[]): string {
  const isBreaking = changes.some(({ severity }) => severity === 'breaking');
  return `${JSON.stringify({ breaking: isBreaking, changes }, undefined, 2)}\n`;
}

function formatText(bySeverity: readonly (readonly Change[])[]): string {
  const changes = bySeverity.flat();
  if (changes.length === 0) return 'no changes\n';
  const lines = changes.map(({ severity, endpoint, place, message }) => {
    const where = [endpoint, place].filter((part) => part !== undefined).join(', ');
    return `${severity}: ${where}: ${message}\n`;
  });
  const [breaking = 0, unclear = 0, compatible = 0] = bySeverity.map(({ length }) => length);
  return `${lines.join('')}${breaking} breaking, ${unclear} unclear, ${compatible} compatible\n`;
}
