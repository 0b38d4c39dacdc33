import { parser } from '@prometheus-io/lezer-promql';

/** A metric that an expression queries. */
export interface Selector {
  readonly metric: string;
  /** The labels that it is selected by, and those that its result is grouped by. */
  readonly labels: readonly string[];
}

/**
 * Finds the metrics that a PromQL expression queries; Grafana's variables are replaced by sample values.
 *
 * @throws Error if it is not PromQL.
 */
export function parseSelectors(expression: string): readonly Selector[] {
  const text = expression.replaceAll('$__rate_interval', '5m');
  const selectors: { metric: string; labels: string[] }[] = [];
  const grouped: string[] = [];
  parser.parse(text).iterate({
    enter(node) {
      const source = text.slice(node.from, node.to);
      if (node.type.isError) throw new Error(`not PromQL at ${node.from}: ${expression}`);
      if (node.name === 'VectorSelector')
        selectors.push({ metric: /^[\w:]*/.exec(source)?.[0] ?? '', labels: [] });
      if (node.name !== 'LabelName') return;
      const isGrouping = node.node.parent?.name === 'GroupingLabels';
      if (isGrouping) grouped.push(source);
      else selectors.at(-1)?.labels.push(source);
    },
  });
  return selectors.map(({ metric, labels }) => ({ metric, labels: [...labels, ...grouped] }));
}
