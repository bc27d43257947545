import { type CheckReport, type Finding, type Severity, severities } from './finding.ts';

/** What may be set about the text of a report. */
export interface ReportTextOptions {
  /** Findings below this are only counted. @default 'information' */
  readonly from?: Severity;
  /** Tells the way to a finding, too, where there is one. @default true */
  readonly stories?: boolean;
}

/** One finding: a line that says where, then what, how it comes to that, and what to do. */
export function findingText({ code, severity, path, message, fix, story }: Finding, stories = true): string {
  const way = stories && story ? story.slice(0, -1).map((sentence) => `    ${sentence}`) : [];
  return [`${severity} ${code} at ${path}`, `  ${message}`, ...way, `  → ${fix}`].join('\n');
}

function counted(count: number, what: Severity): string {
  return what === 'information' ? `${count} for information` : `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** A report as the CLI and the constructs print it, without colour; the last line counts. */
export function reportText({ findings, allowed }: CheckReport, { from = 'information', stories = true }: ReportTextOptions = {}): string {
  const shown = findings.filter(({ severity }) => severities.indexOf(severity) <= severities.indexOf(from));
  const counts = severities.map((weight) => counted(findings.filter(({ severity }) => severity === weight).length, weight));
  return [
    ...shown.map((finding) => `${findingText(finding, stories)}\n`),
    ...allowed.map(({ code, path, reason }) => `allowed ${code} at ${path}: ${reason}`),
    `${counts.join(', ')}${allowed.length > 0 ? `, ${allowed.length} allowed` : ''}.`,
  ].join('\n');
}
