import { ConfigError } from '@restmapper/core';
import { describeFileError } from './file-error.ts';
import type { RoleSpec } from './role.ts';

/** One variable of the environment: how it is read, and what the help and the documentation say of it. */
export interface Setting<Value> {
  readonly name: string;
  /** What counts where it is unset, spelt as in the environment; for all roles, or by the role. */
  readonly default?: string | ((role: RoleSpec) => string | undefined);
  /** Whether the variable `NAME_FILE` may name a file that holds it instead. @default false */
  readonly isSecret?: boolean;
  /**
   * Reads the variable; an empty text is an unset one without a default.
   *
   * @throws ConfigError that names the variable.
   */
  readonly parse: (text: string, context: ParseContext) => Value;
  /** For `--help`, with `{default}` where the default belongs; only in the documentation when absent. */
  readonly help?: string;
  /** For the table in docs/operations.md, in Markdown. */
  readonly docs: {
    /** What happens where it is unset, as far as {@link Setting.default} does not say so. */
    readonly unset?: string;
    readonly text: string;
  };
}

export interface ParseContext {
  /** The variable's. */
  readonly name: string;
  readonly readFile: (path: string) => string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SettingsOptions {
  readonly role: RoleSpec;
  /** Reads the file that a variable such as `DATABASE_URL_FILE` names. */
  readonly readFile: (path: string) => string;
}

/** Reads a setting of one role. @throws ConfigError naming the variable that is wrong. */
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

/** The value of a variable without the blanks around it; one without a value counts as unset: compose files and shells make them. */
function given(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

/**
 * Reads a secret from a variable, or from the file that the variable `NAME_FILE` names.
 *
 * @throws ConfigError when both are set, or the file cannot be read.
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
