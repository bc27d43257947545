import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Explains what a rule pack such as cdk-nag reports about a construct of this package, and why it is meant so. Without a
 * rule pack it does nothing.
 */
export function expectFindings(construct: IConstruct, reason: string, ids: readonly string[]): void {
  Validations.of(construct).acknowledge(...ids.map((id) => ({ id, reason })));
}
