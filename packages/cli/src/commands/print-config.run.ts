import { type ExplainedSetting, explainSettings } from '@restmapper/host';
import type { CommandCall } from '../command/cli-command.ts';
import { parseRole } from '../command/role-argument.ts';

export interface PrintConfigCall extends CommandCall {
  readonly role: string;
  /** Counts also beside `showSecrets`. */
  readonly redact?: boolean;
  readonly showSecrets?: boolean;
}

/** Prints a line per setting: its name, its value, and where that comes from. @throws ConfigError */
export function run({ role, redact, showSecrets = false, terminal }: PrintConfigCall): number {
  const { env, readFile } = terminal;
  const settings = explainSettings(env, {
    role: parseRole(role),
    readFile,
    showSecrets: showSecrets && !redact,
  });
  const rows = settings.map((setting) => [setting.name, setting.value ?? '-', sourceOf(setting)] as const);
  const widthOf = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  const [nameWidth, valueWidth] = [widthOf(0), Math.min(widthOf(1), maxValueWidth)];
  for (const [name, value, source] of rows) {
    terminal.print(`${name.padEnd(nameWidth)}  ${value.padEnd(valueWidth)}  ${source}\n`);
  }
  return 0;
}

/** Longer values push their sources to the right. */
const maxValueWidth = 50;

function sourceOf({ value, source, unset }: ExplainedSetting): string {
  return value === undefined && unset !== undefined ? `${source}: ${unset.replaceAll('`', '')}` : source;
}
