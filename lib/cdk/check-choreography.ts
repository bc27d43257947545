import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { CheckReport, Finding } from '../topology/finding.ts';

function textOf({ code, path, message, fix }: Finding): string {
  return `${code} ${path}: ${message} ${fix}`;
}

/** Adds what checks found to `cdk synth`: an error stops it, and with it the deploy; a warning is shown. */
export function addFindings(scope: Construct, report: CheckReport): void {
  const errors = report.findings.filter(({ severity }) => severity === 'error');
  scope.node.addValidation({ validate: () => errors.map(textOf) });
  for (const finding of report.findings) {
    if (finding.severity === 'warning')
      Annotations.of(scope).addWarningV2(`aws-choreography:${finding.code}:${finding.path}`, textOf(finding));
  }
}
