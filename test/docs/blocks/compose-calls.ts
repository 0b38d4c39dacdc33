import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What is wrong with the arguments of `docker compose`: a file or a service that this repository does not have. */
export function problemsOfCompose(args: readonly string[]): readonly string[] {
  const files = valuesOf('--file', args).filter((file) => !existsSync(file));
  const scaled = valuesOf('--scale', args).map((value) => value.replace(/=.*/, ''));
  const known = services();
  const unknown = [...servicesIn(args), ...scaled].filter((name) => !known.has(name));
  return [
    ...files.map((file) => `there is no ${file}`),
    ...unknown.map((name) => `there is no service ${name}`),
  ];
}

function valuesOf(option: string, args: readonly string[]): readonly string[] {
  return args.filter((_word, index) => args[index - 1] === option);
}

function servicesIn(args: readonly string[]): readonly string[] {
  const isValue = (index: number): boolean => /^--(?:file|scale)$/.test(args[index - 1] ?? '');
  const [action = '', ...named] = args.filter((word, index) => !word.startsWith('-') && !isValue(index));
  return action === 'exec' || action === 'run' ? named.slice(0, 1) : named;
}

function services(): ReadonlySet<string> {
  const text = readFileSync('docker-compose.yml', 'utf8');
  const { services } = parse(text, { merge: true }) as { readonly services: object };
  return new Set(Object.keys(services));
}
