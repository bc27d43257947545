import { compareTexts } from '../contract/compare-texts.ts';
import { ChoreographyError } from '../contract/errors.ts';
import type { FindingDraft } from './check-input.ts';
import { type CheckCode, checkSeverities } from './codes.ts';
import { type CheckReport, type Finding, type Severity, severities } from './finding.ts';

/** A finding that is as it should be. */
export interface Allowance {
  readonly code: CheckCode;
  /** The path of the finding, letter by letter. */
  readonly path: string;
  /** Why; without one the finding stays. */
  readonly reason: string;
}

/** What may be set about findings. */
export interface ReportOptions {
  /** By code; `off` leaves the findings of a code out. @default - `checkSeverities` */
  readonly severity?: Readonly<Partial<Record<CheckCode, Severity | 'off'>>>;
  /** @default [] */
  readonly allow?: readonly Allowance[];
}

const rank = (severity: Severity): number => severities.indexOf(severity);

function byWeight(left: Finding, right: Finding): number {
  return (
    rank(left.severity) - rank(right.severity) ||
    compareTexts(left.path, right.path) ||
    compareTexts(left.code, right.code) ||
    compareTexts(left.message, right.message)
  );
}

function checkCodes({ severity = {}, allow = [] }: ReportOptions): void {
  const unknown = [...Object.keys(severity), ...allow.map(({ code }) => code)].find((code) => !Object.hasOwn(checkSeverities, code));
  if (unknown === undefined) return;
  throw new ChoreographyError(
    'UNKNOWN_CHECK',
    `There is no check with the code ${unknown}; the codes are ${Object.keys(checkSeverities).join(', ')}.`,
    { details: { code: unknown } },
  );
}

/** A file that was not type-checked may hold any: an error that weighs as nothing known would stop nothing. */
function checkWeights({ severity = {} }: ReportOptions): void {
  const weights: readonly string[] = [...severities, 'off'];
  const [code, weight] = Object.entries(severity).find(([, one]) => one !== undefined && !weights.includes(one)) ?? [];
  if (code === undefined) return;
  throw new ChoreographyError(
    'UNKNOWN_SEVERITY',
    `The severity of ${code} is ${JSON.stringify(weight)}; use ${weights.map((one) => `"${one}"`).join(', ')}.`,
    { details: { code } },
  );
}

function aboutAllowances(allow: readonly Allowance[], drafts: readonly FindingDraft[]): readonly FindingDraft[] {
  return allow.flatMap(({ code, path, reason }): FindingDraft[] => {
    const matches = drafts.some((draft) => draft.code === code && draft.path === path);
    if (matches && reason?.trim()) return [];
    if (matches) {
      const message = `The finding ${code} at ${path} is allowed without a reason, so it stays.`;
      return [{ code: 'ALLOWANCE_WITHOUT_REASON', path, message, fix: 'Say in `reason` why it is acceptable.' }];
    }
    const message = `The finding ${code} at ${path} is allowed, but does not exist.`;
    return [{ code: 'ALLOWANCE_UNUSED', path, message, fix: 'Remove it from `allow`, or correct its path.' }];
  });
}

/**
 * Weighs and sorts findings, and sets those aside that are allowed.
 * @throws UNKNOWN_CHECK when a severity or an allowance is for a code that no check has
 * @throws UNKNOWN_SEVERITY when a severity is none of those there are
 */
export function createReport(drafts: readonly FindingDraft[], options: ReportOptions = {}): CheckReport {
  checkCodes(options);
  checkWeights(options);
  const { severity = {}, allow = [] } = options;
  const findings: Finding[] = [];
  const allowed: (Finding & { readonly reason: string })[] = [];
  for (const draft of [...drafts, ...aboutAllowances(allow, drafts)]) {
    const weight = severity[draft.code] ?? checkSeverities[draft.code];
    if (weight === 'off') continue;
    const { code, path, message, fix, ...story } = draft;
    const finding = { code, severity: weight, path, message, fix, ...story };
    const allowance = allow.find((one) => one.code === code && one.path === path && one.reason?.trim());
    if (allowance) allowed.push({ ...finding, reason: allowance.reason });
    else findings.push(finding);
  }
  return {
    ok: findings.every((finding) => finding.severity !== 'error'),
    findings: findings.sort(byWeight),
    allowed: allowed.sort(byWeight),
  };
}
