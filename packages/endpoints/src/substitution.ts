/** The values that `${NAME}` stands for. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What became of a text, and the references in it that stand for nothing. */
export interface Substitution {
  readonly text: string;
  readonly faults: readonly { readonly reference: string; readonly message: string }[];
}

const referencePattern = /\$\$\{|\$\{[^}]*\}?/g;
const referenceForm = /^\$\{(?<name>[A-Za-z_]\w*)(?::-(?<fallback>.*))?\}$/s;

/**
 * Replaces `${NAME}` and `${NAME:-default}`; `$${` stands for a plain `${`.
 *
 * As in a shell, the default also replaces an empty value.
 */
export function substitute(text: string, env: Environment): Substitution {
  const faults: { reference: string; message: string }[] = [];
  const replaced = text.replaceAll(referencePattern, (reference) => {
    if (reference === '$${') return '${';
    const { name, fallback } = referenceForm.exec(reference)?.groups ?? {};
    if (name === undefined) {
      faults.push({ reference, message: malformed(reference) });
      return reference;
    }
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (fallback !== undefined) return value || fallback;
    if (value !== undefined) return value;
    faults.push({ reference, message: `the environment variable ${name} is not set, and has no default` });
    return reference;
  });
  return { text: replaced, faults };
}

function malformed(reference: string): string {
  return `\`${reference}\` is no variable; write \`\${NAME}\` or \`\${NAME:-default}\`, or \`$\${\` for a plain \`\${\``;
}
