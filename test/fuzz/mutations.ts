import { type Arbitrary, array, constantFrom, integer, nat, oneof, record } from 'fast-check';

/** Bytes with a meaning in HTTP, and some without. */
const bytes = constantFrom(
  ...Array.from('\0\t\n\r !"#%&()*,-./0159:;<=>?@AZ[\\]afxz{|}~\x7f\x80\xff').map((c) => c.charCodeAt(0)),
);

interface Mutation {
  readonly kind: 'replace' | 'insert' | 'delete' | 'repeat' | 'cut';
  /** The position, modulo the length. */
  readonly at: number;
  readonly byte: number;
  readonly length: number;
}

const mutation: Arbitrary<Mutation> = record({
  kind: constantFrom('replace', 'insert', 'delete', 'repeat', 'cut'),
  at: oneof(nat(400), nat(100_000)),
  byte: bytes,
  length: integer({ min: 1, max: 12 }),
});

/** Edits to apply to some bytes, in order. */
export const mutations: Arbitrary<readonly Mutation[]> = array(mutation, { minLength: 1, maxLength: 5 });

export function mutate(original: Buffer, changes: readonly Mutation[]): Buffer {
  return changes.reduce((bytes, { kind, at: anywhere, byte, length }) => {
    const at = anywhere % (bytes.length + 1);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    switch (kind) {
      case 'replace':
        return Buffer.concat([before, Buffer.alloc(1, byte), after.subarray(1)]);
      case 'insert':
        return Buffer.concat([before, Buffer.alloc(length, byte), after]);
      case 'delete':
        return Buffer.concat([before, after.subarray(length)]);
      case 'repeat':
        return Buffer.concat([before, after.subarray(0, length), after]);
      default:
        return before;
    }
  }, original);
}

/** Splits bytes at some positions into separate writes. */
export function split(whole: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...places.map((place) => place % (whole.length + 1)), whole.length].sort((a, b) => a - b);
  return ends.map((end, i) => whole.subarray(ends[i - 1] ?? 0, end)).filter((piece) => piece.length > 0);
}
