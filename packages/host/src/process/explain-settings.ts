import type { RoleSpec } from './role.ts';
import { type Environment, readSecret, type Setting, type SettingsOptions } from './setting.ts';
import { settingList } from './setting-list.ts';
import { parseSettings, type Settings } from './settings.ts';

/** What a setting is in one process, and where that comes from. */
export interface ExplainedSetting {
  readonly name: string;
  /** As in the environment; `undefined` when it is unset and has no value of its own then. */
  readonly value: string | undefined;
  /** `environment`, `default`, or the file that `NAME_FILE` names. */
  readonly source: string;
  /** What happens when it is unset. */
  readonly unset?: string;
}

export interface ExplainOptions extends SettingsOptions {
  /** Whether passwords are shown. @default false */
  readonly showSecrets?: boolean;
}

/** Explains every setting of one role. @throws ConfigError naming the variable that is wrong. */
export function explainSettings(
  env: Environment,
  { showSecrets = false, ...options }: ExplainOptions,
): readonly ExplainedSetting[] {
  const settings = parseSettings(env, options);
  const derived: Readonly<Record<string, string>> = {
    [settingList.adminPort.name]: String(settings.adminPort),
    [settingList.deadLetters.name]: describeDeadLetters(settings),
  };
  return Object.values<Setting<unknown>>(settingList).map((setting) => {
    const { name, isSecret = false, default: value, docs } = setting;
    const path = isSecret ? env[`${name}_FILE`]?.trim() : undefined;
    const given = path ? readSecret(env, name, options.readFile) : env[name]?.trim();
    if (given) {
      return {
        name,
        value: isSecret && !showSecrets ? redactUrls(given) : given,
        source: path ? `${name}_FILE=${path}` : 'environment',
      };
    }
    const fallback = defaultOf(value, options.role) ?? derived[name];
    return {
      name,
      value: fallback,
      source: 'default',
      ...(docs.unset !== undefined && { unset: docs.unset }),
    };
  });
}

function defaultOf(value: Setting<unknown>['default'], role: RoleSpec): string | undefined {
  return typeof value === 'function' ? value(role) : value;
}

function describeDeadLetters({ deadLetters }: Settings): string {
  return deadLetters === 'loopback' ? 'on' : deadLetters;
}

/** Replaces the passwords in a list of URLs; all of a URL that cannot be parsed. */
export function redactUrls(text: string): string {
  return text
    .split(/,(?=\s*\w+:\/\/)/)
    .map((url) => redactUrl(url.trim()))
    .join(',');
}

const hidden = '***';

function redactUrl(text: string): string {
  if (!URL.canParse(text)) return hidden;
  const url = new URL(text);
  if (url.password !== '') url.password = hidden;
  for (const name of url.searchParams.keys()) {
    if (/pass|secret|token/i.test(name)) url.searchParams.set(name, hidden);
  }
  return url.href;
}
