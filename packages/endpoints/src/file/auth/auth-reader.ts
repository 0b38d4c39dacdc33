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

/** The names of the schemes whose credentials sign a body. */
export function signingNames(raw: RawAuth | undefined): readonly string[] {
  return Object.entries(raw?.schemes ?? {}).flatMap(([name, scheme]) =>
    Object.values(schemes).some(({ key, signsBody }) => signsBody && scheme[key] !== undefined) ? name : [],
  );
}

export interface AuthContext {
  /** The folder that file paths in a value are relative to. */
  readonly directoryOf: (pointer: string) => string;
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
  const signing = signingNames(raw);
  return { schemes: read, default: context.defaults.filter((name) => !signing.includes(name)) };
}

function readScheme(name: string, raw: RawScheme, { directoryOf, report }: AuthContext): Scheme | undefined {
  const spec = Object.values(schemes).find(({ key }) => raw[key] !== undefined);
  const pointer = extendPointer('/auth/schemes', name, spec?.key ?? '');
  return spec?.read(raw[spec.key], { name, pointer, directory: directoryOf(pointer), report });
}
