import type { Auth, Scheme, SchemeKind } from '../../model/auth.ts';
import { schemes } from '../../schemes/schemes.ts';
import { extendPointer } from '../../yaml/pointer.ts';
import type { Report } from '../../yaml/report.ts';

/** The `auth` section without violations of the file's schema; anything may be missing. */
export interface RawAuth {
  readonly schemes?: Readonly<Record<string, RawScheme>>;
  readonly default?: string | readonly string[];
}

/** The content under the key of a scheme's kind; the file may have one. */
type RawScheme = Readonly<Partial<Record<SchemeKind, unknown>>>;

export interface AuthContext {
  /** The folder that file paths are relative to. */
  readonly directory: string;
  /** The names of the default schemes. */
  readonly defaults: readonly string[];
  readonly report: Report;
}

/** Completes the `auth` section with every default; undefined without one. */
export function readAuth(raw: RawAuth | undefined, context: AuthContext): Auth | undefined {
  if (raw === undefined) return undefined;
  const read = Object.entries(raw.schemes ?? {}).flatMap(
    ([name, scheme]) => readScheme(name, scheme, context) ?? [],
  );
  return { schemes: read, default: context.defaults };
}

function readScheme(name: string, raw: RawScheme, { directory, report }: AuthContext): Scheme | undefined {
  const spec = Object.values(schemes).find(({ key }) => raw[key] !== undefined);
  const pointer = extendPointer('/auth/schemes', name, spec?.key ?? '');
  return spec?.read(raw[spec.key], { name, pointer, directory, report });
}
