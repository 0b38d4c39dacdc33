import type { Access } from '../../model/access.ts';
import { extendPointer } from '../../yaml/pointer.ts';
import type { Report } from '../../yaml/report.ts';
import { didYouMean } from '../../yaml/suggestion.ts';

/** What an endpoint or a feed says about who may use it. */
export interface RawAccess {
  readonly auth?: string | readonly string[];
  readonly scopes?: readonly string[];
  readonly public?: boolean;
}

export interface AccessContext {
  /** The names of the file's schemes, also of those at fault; undefined without an `auth` section. */
  readonly schemeNames: readonly string[] | undefined;
  /** What counts where nothing is named. */
  readonly defaults: readonly string[];
  readonly report: Report;
}

/** Reads who may use what stands at a place. */
export function readAccess(raw: RawAccess, pointer: string, context: AccessContext): Access {
  const { schemeNames, defaults, report } = context;
  for (const key of ['auth', 'scopes'] as const) {
    if (raw[key] === undefined) continue;
    const place = extendPointer(pointer, key);
    if (schemeNames === undefined) {
      report.atKey(place, `\`${key}\` protects nothing: the file has no \`auth\` section`);
    } else if (raw.public) {
      report.atKey(place, `\`${key}\` does not go with \`public: true\``);
    }
  }
  if (raw.public || (schemeNames === undefined && raw.public === undefined)) return { kind: 'public' };
  const schemes =
    raw.auth === undefined ? defaults : readNames(raw.auth, extendPointer(pointer, 'auth'), context);
  return { kind: 'protected', schemes, scopes: raw.scopes ?? [] };
}

/** Reads the names of schemes; one that there is not is reported. */
export function readNames(
  raw: string | readonly string[],
  pointer: string,
  { schemeNames = [], report }: Pick<AccessContext, 'schemeNames' | 'report'>,
): readonly string[] {
  const names = [raw].flat();
  for (const [index, name] of names.entries()) {
    if (schemeNames.includes(name) || schemeNames.length === 0) continue;
    const place = typeof raw === 'string' ? pointer : extendPointer(pointer, index);
    report.atValue(place, `there is no scheme \`${name}\`${didYouMean(name, schemeNames)}`);
  }
  return names;
}
