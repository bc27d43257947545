/** How much a finding weighs, the most first: an error stops a deploy. */
export const severities = ['error', 'warning', 'information'] as const;
/** One of them. */
export type Severity = (typeof severities)[number];

/** One thing that a check found in a choreography. */
export interface Finding {
  /** Stable, e.g. `EVENT_CYCLE`; `choreo explain` knows it. */
  readonly code: string;
  readonly severity: Severity;
  /** Where, in the names of the code: `payment.chargePayment.compensation`. */
  readonly path: string;
  /** What is wrong, in one or two sentences. */
  readonly message: string;
  /** What to do. */
  readonly fix: string;
  /** How it comes to that, one sentence each. @default - the message says it all */
  readonly story?: readonly string[];
  /** The story as a Mermaid sequence diagram. @default - none */
  readonly diagram?: string;
}

/** What all checks came to. */
export interface CheckReport {
  /** No finding of severity `error`. */
  readonly ok: boolean;
  /** Errors first, then by path. */
  readonly findings: readonly Finding[];
  /** Findings that the allow list accepts, each with its reason. */
  readonly allowed: readonly (Finding & { readonly reason: string })[];
}
