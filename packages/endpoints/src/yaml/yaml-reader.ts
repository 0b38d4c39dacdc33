import { type Alias, type Document, isAlias, isMap, isScalar, visit } from 'yaml';
import type { Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { isItsDouble } from '../numbers/exact-number.ts';
import { extendPointer } from './pointer.ts';
import type { Report } from './report.ts';
import { type Environment, substitute } from './substitution.ts';
import { maxDepth, parseYaml } from './yaml-parser.ts';

/** Far more than a person writes: a guard against exponential aliases. */
const maxValues = 100_000;

export interface YamlOptions {
  readonly env: Environment;
  readonly report: Report;
  /** Whether another file includes this one. @default false */
  readonly isPart?: boolean;
}

/**
 * Converts YAML to plain values with variables replaced, and records the place of each value.
 *
 * Mistakes go to the report. After a syntax error the result is undefined, since the parser guesses the rest.
 */
export function readYaml(source: string, { env, report, isPart = false }: YamlOptions): unknown {
  const document = parseYaml(source, report);
  const reader = document && new Reader(document, { source, env, report, isPart });
  return reader?.read(document?.contents ?? null, { pointer: '', key: 0 });
}

/** The place of a value: its pointer, and the offset of its key. */
interface Position {
  readonly pointer: string;
  readonly key: number;
}

class Reader {
  readonly #document: Document;
  readonly #source: string;
  readonly #env: Environment;
  readonly #report: Report;
  /** Whether other files belong to this one. */
  readonly #hasOthers: boolean;
  readonly #targets: ReadonlyMap<Alias, Node>;
  readonly #open = new Set<Node>();
  #values = 0;

  constructor(document: Document, options: Required<YamlOptions> & { readonly source: string }) {
    const { source, env, report, isPart } = options;
    this.#document = document;
    this.#source = source;
    this.#env = env;
    this.#report = report;
    this.#hasOthers = isPart || (isMap(document.contents) && document.contents.has('include'));
    this.#targets = aliasTargets(document);
  }

  read(node: Node | null, { pointer, key }: Position): unknown {
    const target = isAlias(node) ? this.#follow(node) : node;
    this.#report.place(pointer, { key, value: startOf(target ?? node) ?? key });
    this.#values += 1;
    if (isScalar(target)) return this.#scalar(target, pointer);
    if (target) return this.#collection(target, pointer);
    if (node) this.#report.markUnknown(pointer);
    return null;
  }

  #follow(alias: Alias): Node | undefined {
    const target = this.#targets.get(alias);
    const fault = this.#aliasFault(alias, target);
    if (fault === undefined) return target;
    this.#report.atOffset(startOf(alias) ?? 0, fault);
    return undefined;
  }

  #aliasFault({ source }: Alias, target: Node | undefined): string | undefined {
    if (!target) {
      const advice = this.#hasOthers
        ? ', and anchors of other files do not count; share a schema under `schemas`'
        : '';
      return `no anchor \`&${source}\` stands before the alias \`*${source}\`${advice}`;
    }
    if (this.#open.has(target)) return `the alias \`*${source}\` stands for something that contains it`;
    if (this.#values > maxValues) return `the aliases up to here make more than ${maxValues} values`;
    if (this.#open.size > maxDepth) return `the aliases up to here nest deeper than ${maxDepth} levels`;
    return undefined;
  }

  #collection(node: Node, pointer: string): unknown {
    this.#open.add(node);
    const value = isMap<Node, Node | null>(node) ? this.#map(node, pointer) : this.#list(node, pointer);
    this.#open.delete(node);
    return value;
  }

  #list(node: Node, pointer: string): unknown {
    // Anything but a scalar, alias or mapping is a list.
    const { items } = node as YAMLSeq<Node | null>;
    return items.map((item, index) =>
      this.read(item, { pointer: extendPointer(pointer, index), key: startOf(item) ?? startOf(node) ?? 0 }),
    );
  }

  #map(node: YAMLMap<Node, Node | null>, pointer: string): unknown {
    const entries = new Map<string, unknown>();
    const firstOffsets = new Map<string, number>();
    for (const pair of node.items) {
      const offset = startOf(pair.key) ?? startOf(pair.value) ?? 0;
      const key = this.#key(pair, offset);
      const first = key === undefined ? undefined : firstOffsets.get(key);
      if (first !== undefined) {
        const { line } = this.#report.lineCounter.linePos(first);
        const message = `duplicate key \`${key}\`; it is already on line ${line}`;
        this.#report.atOffset(offset, message, extendPointer(pointer, key ?? ''));
      } else if (key !== undefined) {
        firstOffsets.set(key, offset);
        entries.set(key, this.read(pair.value, { pointer: extendPointer(pointer, key), key: offset }));
      }
    }
    return Object.fromEntries(entries);
  }

  #key(pair: Pair<Node, Node | null>, offset: number): string | undefined {
    const node = isAlias(pair.key) ? this.#follow(pair.key) : pair.key;
    if (isScalar(node)) return typeof node.value === 'string' ? node.value : (node.source ?? '');
    if (node) this.#report.atOffset(offset, 'a key must be plain text');
    return undefined;
  }

  #scalar(node: Scalar, pointer: string): unknown {
    const { value } = node;
    if (typeof value === 'string' && value.includes('${')) return this.#substituted(node, value, pointer);
    return typeof value === 'number' ? this.#number(value, { text: node.source ?? '', pointer }) : value;
  }

  #number(value: number, { text, pointer }: NumberSource): number | null {
    const fault = numberFault(text, value);
    if (fault === undefined) return value;
    this.#report.atValue(pointer, fault);
    this.#report.markUnknown(pointer);
    return null;
  }

  #substituted(node: Scalar, value: string, pointer: string): unknown {
    const { text, faults } = substitute(value, this.#env);
    const start = startOf(node) ?? 0;
    for (const { ordinal, message } of faults) {
      this.#report.atOffset(this.#offsetOfReference(ordinal, start), message, pointer);
      this.#report.markUnknown(pointer);
    }
    return node.type === 'PLAIN' && node.tag === undefined && faults.length === 0
      ? this.#retyped(text, pointer)
      : text;
  }

  /** Escapes and folding make a value differ from its source, but keep the order of its references. */
  #offsetOfReference(ordinal: number, start: number): number {
    let offset = this.#source.indexOf('${', start);
    for (let passed = 0; passed < ordinal; passed += 1) offset = this.#source.indexOf('${', offset + 1);
    return Math.max(offset, start);
  }

  /** Converts an unquoted text to the type that it would have in the file. */
  #retyped(text: string, pointer: string): unknown {
    for (const tag of this.#document.schema.tags) {
      if (tag.collection || tag.default !== true || !tag.test?.test(text)) continue;
      const resolved: unknown = tag.resolve(text, () => undefined, this.#document.options);
      const value = isScalar(resolved) ? resolved.value : resolved;
      return typeof value === 'number' ? this.#number(value, { text, pointer }) : value;
    }
    return text;
  }
}

interface NumberSource {
  readonly text: string;
  readonly pointer: string;
}

/** Describes why a number would change its value; undefined if it does not. */
function numberFault(text: string, value: number): string | undefined {
  if (!Number.isFinite(value))
    return `\`${text}\` is ${/\d/.test(text) ? 'larger than any double' : 'not a number in JSON'}`;
  if (isWrittenAs(value, text)) return undefined;
  return `\`${text}\` would be rounded to ${value}; write a number that a double can represent, or quote it as text`;
}

/** YAML also has integers in other bases. */
function isWrittenAs(value: number, text: string): boolean {
  if (/^0[xo]/.test(text)) return BigInt(text) === BigInt(value);
  return isItsDouble(text.replace(/^\+/, ''), value);
}

/** Finds for each alias the last preceding node with its anchor. */
function aliasTargets(document: Document): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target) targets.set(node, target);
      } else if (node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    },
  });
  return targets;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
