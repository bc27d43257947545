import type { FieldRead } from '../schema/contracts/contract.ts';
import type { SchemaObject, SchemaSet } from '../schema/schema-set.ts';
import type { CheckCode } from './codes.ts';
import type { SagaProof } from './completeness/prove.ts';
import type { Saga } from './completeness/saga.ts';
import type { EventEdges } from './event-edges.ts';
import type { Finding } from './finding.ts';
import type { TopologyGraph } from './graph.ts';
import type { ServiceManifest } from './manifest.ts';
import type { OutsideSystems } from './outside.ts';

/** What is known of the content of messages. */
export interface Contracts {
  readonly schemas: SchemaSet;
  /** From the contracts of consumers. @default [] */
  readonly reads?: readonly FieldRead[];
}

/** The schema of one version of a message. `undefined`: it is not known here. */
export function documentOf(contracts: Contracts | undefined, message: string, version: number): SchemaObject | undefined {
  const versions = contracts?.schemas.messages.find(({ type }) => type === message)?.versions;
  return versions?.find((one) => one.version === version)?.schema;
}

/** What a check looks at. */
export interface CheckInput {
  /** Of all services, those of other repositories included. */
  readonly graph: TopologyGraph;
  readonly edges: EventEdges;
  /** What is checked. */
  readonly manifests: readonly ServiceManifest[];
  /** The same and what is deployed of other services. */
  readonly all: readonly ServiceManifest[];
  readonly deployed: readonly ServiceManifest[];
  readonly external: OutsideSystems;
  readonly contracts?: Contracts;
  readonly sagas: readonly Saga[];
  readonly proofs: readonly SagaProof[];
}

/** A finding before it is known how much it weighs. */
export type FindingDraft = Omit<Finding, 'severity'> & { readonly code: CheckCode };

/** Looks for one kind of mistake. */
export type Check = (input: CheckInput) => readonly FindingDraft[];

/** One draft of each code, path and message: several sagas may find the same. */
export function distinct(drafts: readonly FindingDraft[]): readonly FindingDraft[] {
  const byText = new Map(drafts.map((draft) => [`${draft.code} ${draft.path} ${draft.message}`, draft]));
  return [...byText.values()];
}
