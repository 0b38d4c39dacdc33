import type { RoleSpec } from './role.ts';
import type { Setting } from './setting.ts';
import { settingList } from './setting-list.ts';

const settings: readonly Setting<unknown>[] = Object.values(settingList);

/** The column of the explanations in the help; longer names shift theirs. */
const nameWidth = 14;

/** The settings for `restmapper --help`, one line each. */
export function formatSettingsHelp(roles: readonly RoleSpec[]): string {
  return settings
    .flatMap(({ name, default: value, help }) => {
      if (help === undefined) return [];
      const explained = help.replace(
        '{default}',
        formatDefault(value, roles, (text, role) => `${text} for ${role}`),
      );
      return [`  ${name.length < nameWidth ? name.padEnd(nameWidth) : `${name}  `}${explained}\n`];
    })
    .join('');
}

/** The settings as the rows of the table in docs/operations.md. */
export function formatSettingsTable(roles: readonly RoleSpec[]): string {
  return settings
    .map(({ name, default: value, docs: { unset, text } }) => {
      const known = formatDefault(value, roles, (text, role) => `${text} \`${role}\``);
      const defaults = [unset, known].filter(Boolean).join('; ');
      return `| \`${name}\` | ${defaults} | ${text} |\n`;
    })
    .join('');
}

function formatDefault(
  value: Setting<unknown>['default'] = '',
  roles: readonly RoleSpec[],
  formatOne: (text: string, role: string) => string,
): string {
  if (typeof value === 'string') return value;
  return roles
    .flatMap((role) => {
      const text = value(role);
      return text === undefined ? [] : [formatOne(text, role.name)];
    })
    .join(', ');
}
