/** A part of what is signed: fixed text, or a value of the call. */
export type ContentPart = { readonly text: string } | { readonly value: SignedValue };

const values = ['body', 'timestamp', 'id'] as const;
type SignedValue = (typeof values)[number];

const placeholder = /\{([^{}]*)\}/;

/** Parses the `content` of a signature, `v0:{timestamp}:{body}`; returns what is wrong with it. */
export function parseContent(content: string): readonly ContentPart[] | string {
  // Every second piece is the name of a value.
  const pieces = content.split(placeholder);
  const unknown = pieces.find((piece, index) => index % 2 === 1 && !isValue(piece));
  if (unknown !== undefined) {
    return `\`content\` has no \`{${unknown}}\`; it can have \`{body}\`, \`{timestamp}\` and \`{id}\``;
  }
  return pieces.flatMap((piece, index): ContentPart[] => {
    if (index % 2 === 1 && isValue(piece)) return [{ value: piece }];
    return piece === '' ? [] : [{ text: piece }];
  });
}

function isValue(name: string): name is SignedValue {
  return (values as readonly string[]).includes(name);
}
