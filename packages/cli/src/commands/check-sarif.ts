import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { version } from '@restmapper/host';
import { liveCodes } from '@restmapper/host/services';
import type { CheckReport, Problem } from './check-report.ts';

/** The report in the Static Analysis Results Interchange Format, https://docs.oasis-open.org/sarif/sarif/v2.1.0/. */
export function formatSarif(report: CheckReport): string {
  const { file, problems } = report;
  const run = {
    tool: { driver: { name: 'restmapper', version, rules } },
    // Columns count UTF-16 code units, as those of JavaScript do.
    columnKind: 'utf16CodeUnits',
    results: problems.map((problem) => resultOf(problem, file)),
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

const rules = [
  { id: 'CONFIG_INVALID', shortDescription: { text: 'The file or a setting is invalid.' } },
  ...Object.entries(liveCodes).map(([id, { gist }]) => ({ id, shortDescription: { text: gist } })),
  { id: 'NOTE', shortDescription: { text: 'The file is valid, but this may surprise its writer.' } },
];

function resultOf({ code, severity, message, line, column, ...place }: Problem, file: string): object {
  const { file: own = file, pointer } = place;
  return {
    ruleId: code ?? 'NOTE',
    level: severity,
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(own) },
          ...(line !== undefined && { region: { startLine: line, startColumn: column } }),
        },
        ...(pointer !== undefined && { logicalLocations: [{ fullyQualifiedName: pointer }] }),
      },
    ],
  };
}

/** A relative path stays relative: code scanning resolves it in the checkout. */
function uriOf(path: string): string {
  if (isAbsolute(path)) return pathToFileURL(path).href;
  return path.split(/[/\\]/).map(encodeURIComponent).join('/');
}
