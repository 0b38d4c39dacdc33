import { ConfigError } from '@restmapper/core';
import { describeFileError } from './file-error.ts';
import type { RoleSpec } from './role.ts';

/** One environment variable: its parser, and its help and documentation. */
export interface Setting<Value> {
  readonly name: string;
  /** The default, as in the environment; for all roles, or by role. */
  readonly default?: string | ((role: RoleSpec) => string | undefined);
  /** Whether the variable `NAME_FILE` may name a file with the value instead. @default false */
  readonly isSecret?: boolean;
  /**
   * Parses the variable; an empty text means unset without a default.
   *
   * @throws ConfigError naming the variable.
   */
  readonly parse: (text: string, context: ParseContext) => Value;
  /** For `--help`, with `{default}` as a placeholder; if absent, the setting is only in the documentation. */
  readonly help?: string;
  /** For the table in docs/operations.md, in Markdown. */
  readonly docs: {
    /** The effect if it is unset, unless {@link Setting.default} says it. */
    readonly unset?: string;
    readonly text: string;
  };
}

export interface ParseContext {
  /** The variable's name. */
  readonly name: string;
  readonly readFile: (path: string) => string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SettingsOptions {
  readonly role: RoleSpec;
  /** Reads the file that a variable such as `DATABASE_URL_FILE` names. */
  readonly readFile: (path: string) => string;
}

/** Reads a setting of one role. @throws ConfigError naming the invalid variable. */
export function readSetting<Value>(
  setting: Setting<Value>,
  env: Environment,
  { role, readFile }: SettingsOptions,
): Value {
  const { name, isSecret = false, parse, default: value } = setting;
  const text = isSecret ? readSecret(env, name, readFile) : given(env, name);
  const unset = typeof value === 'function' ? value(role) : value;
  return parse(text ?? unset ?? '', { name, readFile });
}

/** The trimmed value of a variable; an empty one counts as unset, as compose files and shells create them. */
function given(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

/**
 * Reads a secret from a variable, or from the file that the variable `NAME_FILE` names.
 *
 * @throws ConfigError if both are set, or the file is unreadable.
 */
export function readSecret(
  env: Environment,
  name: string,
  readFile: SettingsOptions['readFile'],
): string | undefined {
  const path = given(env, `${name}_FILE`);
  if (path === undefined) return given(env, name);
  if (given(env, name) !== undefined) throw new ConfigError(`${name} and ${name}_FILE are both set`);
  try {
    return readFile(path).trim() || undefined;
  } catch (error) {
    throw new ConfigError(`${name}_FILE: cannot read ${path}: ${describeFileError(error)}`);
  }
}
