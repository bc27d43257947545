import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Choreography } from '../contract/choreography.ts';
import { type CheckOptions, checkChoreography as report } from '../topology/check.ts';
import type { CheckReport } from '../topology/finding.ts';
import { findingText } from '../topology/report-text.ts';

/** Adds the findings to `cdk synth`: an error stops it, and so the deploy; a warning is shown. */
export function addFindings(scope: Construct, { findings }: CheckReport): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  scope.node.addValidation({ validate: () => errors.map((finding) => findingText(finding)) });
  for (const finding of findings) {
    if (finding.severity === 'warning')
      Annotations.of(scope).addWarningV2(`aws-choreography:${finding.code}:${finding.path}`, findingText(finding));
  }
}

/**
 * Runs all checks on the choreography at each `cdk synth`: an error stops it, and so the deploy. `scope`: a stack, such as
 * that of the backbone; on an app, warnings would not be shown.
 * @throws DUPLICATE, UNKNOWN_CHECK, UNKNOWN_SEVERITY
 */
export function checkChoreography(scope: Construct, choreography: Choreography, options: CheckOptions = {}): void {
  addFindings(scope, report(choreography, options));
}
