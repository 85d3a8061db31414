import { dangerRules } from '../../core/index.ts';
import type { FindingView } from '../../protocol/index.ts';

const levels = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const;

/**
 * Findings as a log of SARIF 2.1.0 with one run. Places are URI references relative to the root of the sources. Fixes are left out: an
 * editor makes them from the text as it is by then. Source: OASIS, "Static Analysis Results Interchange Format".
 */
export function findingsSarif(findings: readonly FindingView[], version: string): object {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'srdeploy', version, rules: codes.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, codes)),
      },
    ],
  };
}

/** A code, and of the danger report what it finds and the safer form. */
function ruleOf(code: string): object {
  const danger = dangerRules.find((rule) => rule.code === code);
  if (!danger) return { id: code };
  return { id: code, name: danger.id, shortDescription: { text: danger.what }, help: { text: danger.safer } };
}

function resultOf({ code, severity, message, file, range }: FindingView, codes: readonly string[]): object {
  const region = range && {
    startLine: range.start.line,
    startColumn: range.start.column,
    endLine: range.end.line,
    endColumn: range.end.column,
  };
  const artifactLocation = file !== undefined && { uri: uriOf(file), uriBaseId: '%SRCROOT%' };
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: levels[severity],
    message: { text: message },
    ...(artifactLocation && { locations: [{ physicalLocation: { artifactLocation, ...(region && { region }) } }] }),
  };
}

const uriOf = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
