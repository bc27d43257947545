import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Choreography } from '../contract/choreography.ts';
import { type CheckOptions, checkChoreography as report } from '../topology/check.ts';
import type { CheckReport } from '../topology/finding.ts';
import { findingText } from '../topology/report-text.ts';

/** Adds what checks found to `cdk synth`: an error stops it, and with it the deploy; a warning is shown. */
export function addFindings(scope: Construct, { findings }: CheckReport): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  scope.node.addValidation({ validate: () => errors.map((finding) => findingText(finding)) });
  for (const finding of findings) {
    if (finding.severity === 'warning')
      Annotations.of(scope).addWarningV2(`aws-choreography:${finding.code}:${finding.path}`, findingText(finding));
  }
}

/**
 * Runs all checks on the choreography with every `cdk synth`: an error stops it, and with it the deploy. `scope`: a stack,
 * such as that of the backbone; an app itself shows no warnings.
 * @throws DUPLICATE, UNKNOWN_CHECK, UNKNOWN_SEVERITY
 */
export function checkChoreography(scope: Construct, choreography: Choreography, options: CheckOptions = {}): void {
  addFindings(scope, report(choreography, options));
}
