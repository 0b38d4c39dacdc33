/** The values of `${NAME}`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The replaced text, and the references without a value. */
export interface Substitution {
  readonly text: string;
  readonly faults: readonly SubstitutionFault[];
}

export interface SubstitutionFault {
  /** The number of `${` before it in the text. */
  readonly ordinal: number;
  readonly message: string;
}

const referencePattern = /\$\$\{|\$\{[^}]*\}?/g;
const referenceForm = /^\$\{(?<name>[A-Za-z_]\w*)(?::-(?<fallback>.*))?\}$/s;

/**
 * Replaces `${NAME}` and `${NAME:-default}`; `$${` yields a literal `${`.
 *
 * As in a shell, the default also replaces an empty value.
 */
export function substitute(text: string, env: Environment): Substitution {
  const faults: SubstitutionFault[] = [];
  const replaced = text.replaceAll(referencePattern, (reference, index: number) => {
    if (reference === '$${') return '${';
    const result = resolveReference(reference, env);
    if ('value' in result) return result.value;
    faults.push({ ordinal: text.slice(0, index).split('${').length - 1, message: result.fault });
    return reference;
  });
  return { text: replaced, faults };
}

function resolveReference(reference: string, env: Environment): { value: string } | { fault: string } {
  const { name, fallback } = referenceForm.exec(reference)?.groups ?? {};
  if (name === undefined) return { fault: malformed(reference) };
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (fallback !== undefined) return { value: value || fallback };
  if (value !== undefined) return { value };
  return { fault: `the environment variable ${name} is not set; set it, or write \`\${${name}:-default}\`` };
}

function malformed(reference: string): string {
  return `\`${reference}\` is not a variable; write \`\${NAME}\` or \`\${NAME:-default}\`, or \`$\${\` for a literal \`\${\``;
}
