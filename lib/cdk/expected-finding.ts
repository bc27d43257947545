import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Acknowledges a finding of a rule pack such as cdk-nag about a construct of this package, with the reason why it is
 * intended. Without a rule pack it does nothing.
 */
export function expectFindings(construct: IConstruct, reason: string, ids: readonly string[]): void {
  Validations.of(construct).acknowledge(...ids.map((id) => ({ id, reason })));
}
