import type { Choreography } from '../contract/choreography.ts';
import type { CheckInput, Contracts } from './check-input.ts';
import { allChecks } from './checks/index.ts';
import { proveSaga } from './completeness/prove.ts';
import { sagasOf } from './completeness/saga.ts';
import { eventEdges } from './event-edges.ts';
import type { CheckReport } from './finding.ts';
import { createGraph } from './graph.ts';
import { manifestOf, type ServiceManifest, withOthers } from './manifest.ts';
import type { OutsideSystems } from './outside.ts';
import { createReport, type ReportOptions } from './report.ts';

/** What is known beside the services themselves. */
export interface CheckOptions extends ReportOptions {
  /** Messages of systems that have no manifest. @default {} */
  readonly external?: OutsideSystems;
  /** What is deployed: an older version of the services that are checked, and services of other repositories. @default [] */
  readonly deployed?: readonly ServiceManifest[];
  /** @default - fields and commands without an owner are not checked */
  readonly contracts?: Contracts;
}

/** What the checks look at, for those who want graph, sagas and proofs as well. @throws DUPLICATE */
export function checkInput(manifests: readonly ServiceManifest[], options: CheckOptions = {}): CheckInput {
  const { external = {}, deployed = [], contracts } = options;
  const all = withOthers(manifests, deployed);
  const graph = createGraph(all, external);
  const sagas = sagasOf(graph);
  return {
    graph,
    edges: eventEdges(graph),
    manifests,
    all,
    deployed,
    external,
    ...(contracts ? { contracts } : {}),
    sagas,
    proofs: sagas.map(proveSaga),
  };
}

/**
 * Runs all checks on services by their manifests; those of other repositories take part if they are in `deployed`.
 * @throws DUPLICATE, UNKNOWN_CHECK, UNKNOWN_SEVERITY
 */
export function checkManifests(manifests: readonly ServiceManifest[], options: CheckOptions = {}): CheckReport {
  const input = checkInput(manifests, options);
  return createReport(
    allChecks.flatMap((check) => check(input)),
    options,
  );
}

/** Runs all checks on a choreography. @throws DUPLICATE, UNKNOWN_CHECK, UNKNOWN_SEVERITY */
export function checkChoreography({ services }: Choreography, options: CheckOptions = {}): CheckReport {
  return checkManifests(services.map(manifestOf), options);
}
