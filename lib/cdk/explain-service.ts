import type { Construct } from 'constructs';
import { expectFindings } from './expected-finding.ts';

/** Explains to rule packs what a service does on purpose. */
export function explainService(service: Construct): void {
  expectFindings(service, 'placeholder', []);
}
