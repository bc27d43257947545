import { ChoreographyError } from '../../contract/errors.ts';
import { canonicalText } from '../canonical-text.ts';
import { compareNodes } from './compare.ts';
import { documentNode, refuseEndlessSchema } from './constraints.ts';
import { readDocument, type SchemaDocument } from './document.ts';
import type { Schema } from './draft.ts';
import type { Direction } from './gap.ts';
import type { SchemaNode } from './node.ts';
import { createProver } from './prove.ts';
import { reusedNames } from './reused-names.ts';
import { tell, tellReuse } from './wording.ts';

/** The modes of the AWS Glue schema registry. */
export const compatibilityModes = ['NONE', 'DISABLED', 'BACKWARD', 'BACKWARD_ALL', 'FORWARD', 'FORWARD_ALL', 'FULL', 'FULL_ALL'] as const;
/** One of `compatibilityModes`. */
export type CompatibilityMode = (typeof compatibilityModes)[number];

/**
 * What is taken of objects that allow additional properties. `strict`: anything may stand there, so that declaring an
 * optional property can refuse old data. `pragmatic`: writers write only what their schema declares; in return a name that
 * was removed may not come back with another type.
 */
export type ContentModel = 'strict' | 'pragmatic';

/** One reason why a schema is not compatible. */
export interface CompatibilityDifference {
  /** JSON Pointer into the data; `*` stands for any item or any other property. */
  readonly path: string;
  /** Stable name of the change, such as `required-added`; `unknown` when it could not be decided. */
  readonly rule: string;
  /** `backward`: the proposed schema does not take what `existing[against]` allows. `forward`: the other way round. */
  readonly direction: Direction;
  /** Index in `existing`. */
  readonly against: number;
  /** What was changed and whom it hurts. */
  readonly message: string;
  /** What to do instead. */
  readonly fix: string;
}

/** What `checkCompatibility` compares. */
export interface CompatibilityInput {
  /** Modes without `_ALL` compare with the last of `existing`. */
  readonly mode: CompatibilityMode;
  readonly proposed: Schema;
  /** Oldest first. */
  readonly existing: readonly Schema[];
  /** @default 'pragmatic' */
  readonly contentModel?: ContentModel;
}

/** The verdict, with all reasons against. */
export interface CompatibilityReport {
  readonly compatible: boolean;
  readonly differences: readonly CompatibilityDifference[];
}

interface Candidate {
  readonly document: SchemaDocument;
  readonly node: SchemaNode;
}

function read(schema: unknown, name: string): Candidate {
  const document = readDocument(schema, name);
  refuseEndlessSchema(document, name);
  return { document, node: documentNode(document) };
}

function directionsOf(mode: CompatibilityMode): readonly Direction[] {
  if (mode.startsWith('FULL')) return ['backward', 'forward'];
  return mode.startsWith('BACKWARD') ? ['backward'] : ['forward'];
}

function differencesFrom(
  proposed: Candidate,
  { node }: Candidate,
  against: number,
  direction: Direction,
  pragmatic: boolean,
): readonly CompatibilityDifference[] {
  const [sub, other] = direction === 'backward' ? [node, proposed.node] : [proposed.node, node];
  const told = compareNodes(createProver(pragmatic), sub, other).map((gap) => ({
    path: gap.path,
    direction,
    against,
    ...tell(gap, direction),
  }));
  return [...new Map(told.map((difference) => [`${difference.path} ${difference.message}`, difference])).values()];
}

function disabled(proposed: Candidate, existing: readonly Candidate[]): readonly CompatibilityDifference[] {
  const text = canonicalText(proposed.document.root);
  const isKnown = existing.length === 0 || existing.some(({ document }) => canonicalText(document.root) === text);
  const against = existing.length - 1;
  const message = 'The mode DISABLED allows no new version, and this schema is not one of those that are there.';
  const fix = 'Choose another mode for this message, or leave the schema as it is.';
  return isKnown ? [] : [{ path: '', rule: 'disabled', direction: 'backward', against, message, fix }];
}

function report(differences: readonly CompatibilityDifference[]): CompatibilityReport {
  return { compatible: differences.length === 0, differences };
}

/**
 * Whether a schema may follow those that are there, by set inclusion: `backward` means that every value that was valid
 * is still valid, `forward` that every value that is valid now was valid. Drafts 4, 6 and 7 may be mixed. What cannot be
 * proved is not compatible; the rule is then `unknown`. Sound up to whole numbers of 2^53, beyond which numbers are not exact.
 * @throws INVALID_SCHEMA for what is no schema of these drafts
 * @throws REMOTE_REF for a `$ref` to another document
 * @throws INVALID_MODE
 */
export function checkCompatibility({ mode, proposed, existing, contentModel = 'pragmatic' }: CompatibilityInput): CompatibilityReport {
  if (!compatibilityModes.includes(mode)) {
    throw new ChoreographyError('INVALID_MODE', `"${mode}" is no compatibility mode: use one of ${compatibilityModes.join(', ')}.`, {
      details: { mode },
    });
  }
  const candidate = read(proposed, 'proposed');
  const others = existing.map((schema, index) => read(schema, `existing[${index}]`));
  if (mode === 'NONE') return report([]);
  if (mode === 'DISABLED') return report(disabled(candidate, others));
  const directions = directionsOf(mode);
  const pragmatic = contentModel === 'pragmatic';
  const first = mode.endsWith('_ALL') ? 0 : Math.max(0, others.length - 1);
  const differences = others
    .slice(first)
    .flatMap((other, index) => directions.flatMap((direction) => differencesFrom(candidate, other, first + index, direction, pragmatic)));
  if (!pragmatic) return report(differences);
  const nodes = others.map(({ node }) => node);
  const reused = reusedNames(createProver(false), candidate.node, nodes, directions)
    .filter(({ path, against }) => !differences.some((known) => known.path === path && known.against === against))
    .map((reuse) => ({ path: reuse.path, direction: reuse.direction, against: reuse.against, ...tellReuse(reuse) }));
  return report([...differences, ...reused]);
}
