import { formatCurl, headerBytes, type HttpCall } from './curl.ts';

/** The languages of samples. */
export const languages = [
  { value: 'curl', label: 'curl' },
  { value: 'javascript', label: 'JavaScript' },
  { value: 'python', label: 'Python' },
] as const;

export type Language = (typeof languages)[number]['value'];

const writers: Readonly<Record<Language, (call: HttpCall) => string>> = {
  curl: formatCurl,
  javascript: formatFetch,
  python: formatPython,
};

/** Writes a call as a program that sends the same bytes. */
export function formatSample(language: Language, call: HttpCall): string {
  return writers[language](call);
}

/** With `fetch`, which browsers and Node have. */
function formatFetch({ method, url, headers, body }: HttpCall): string {
  const options = [
    ...(method === 'GET' ? [] : [`  method: ${quote(method)},`]),
    ...membersOf('headers', headers, '  '),
    ...(body === undefined ? [] : [`  body: ${typeof body === 'string' ? quote(body) : 'file'},`]),
  ];
  const argument = options.length === 0 ? '' : `, {\n${options.join('\n')}\n}`;
  const file = body instanceof File ? `const file = ${fileSample(body)};\n` : '';
  return `${file}const response = await fetch(${quote(url)}${argument});
console.log(response.status, await response.text());`;
}

/** With the package `requests`. */
function formatPython({ method, url, headers, body }: HttpCall): string {
  const lines = [
    `    ${quote(method)},`,
    `    ${quote(url)},`,
    ...membersOf('headers', headers, '    ').map((line) => line.replace(/^ {4}headers: \{/, '    headers={')),
    ...(body === undefined ? [] : [`    data=${dataSample(body)},`]),
  ];
  return `import requests

response = requests.request(
${lines.join('\n')}
)
print(response.status_code, response.text)`;
}

/** In a browser it is the file of an input; Node reads it. */
function fileSample({ name }: File): string {
  return `new Blob([await (await import('node:fs/promises')).readFile(${quote(name)})])`;
}

function dataSample(body: string | File): string {
  return typeof body === 'string' ? `${quote(body)}.encode()` : `open(${quote(body.name)}, "rb")`;
}

function membersOf(name: string, members: Readonly<Record<string, string>>, indent: string): string[] {
  const entries = Object.entries(members);
  if (entries.length === 0) return [];
  const lines = entries.map(
    ([key, value]) => `${indent}${indent}${quote(key)}: ${quote(headerBytes(value))},`,
  );
  return [`${indent}${name}: {`, ...lines, `${indent}},`];
}

/** A string of JSON is a literal of JavaScript and of Python too. */
function quote(text: string): string {
  return JSON.stringify(text);
}
