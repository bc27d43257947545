import type { Direction, Gap } from './gap.ts';
import type { Constraint, Limit } from './node.ts';

/** What was changed, and what to do instead, as parts of sentences. */
export interface Phrase {
  /** Stable name of the change. */
  readonly rule: string;
  readonly what: string;
  readonly fix: string;
  /** Whom it hurts, where the usual words do not fit. */
  readonly hurts?: string;
}

/** Characters of a list of values in a message. */
const LIST_LENGTH_MAX = 100;
/** Types that a message names; of more it speaks as others. */
const TYPES_NAMED_MAX = 3;

function list(values: readonly unknown[]): string {
  const text = values.map((value) => JSON.stringify(value)).join(', ');
  return text.length > LIST_LENGTH_MAX ? `${text.slice(0, LIST_LENGTH_MAX)}…` : text;
}

/** Types in words: `null or a string`. */
export function typesText(types: readonly string[]): string {
  const names = types.includes('integer')
    ? types.filter((type) => type !== 'fraction').map((type) => (type === 'integer' ? 'number' : type))
    : types;
  const exact = types.includes('fraction') ? names : types;
  if (exact.length > TYPES_NAMED_MAX || exact.length === 0) return 'of other types';
  return exact.map((type) => (type === 'null' ? 'null' : /^[aio]/.test(type) ? `an ${type}` : `a ${type}`)).join(' or ');
}

function tellType(label: string, { types }: Gap, direction: Direction): Phrase {
  const lost = typesText(types);
  return direction === 'backward'
    ? { rule: 'type-narrowed', what: `${label} could be ${lost} and no longer can`, fix: 'Keep that allowed' }
    : { rule: 'type-widened', what: `${label} can be ${lost} now and could not before`, fix: 'Do not allow that' };
}

function tellRequired(label: string, isNew: boolean, direction: Direction): Phrase {
  return direction === 'backward'
    ? {
        rule: 'required-added',
        what: isNew ? `${label} is new and required` : `${label} was optional and is required now`,
        hurts: 'events written before may lack it',
        fix: isNew ? 'Make it optional' : 'Keep it optional',
      }
    : {
        rule: 'required-removed',
        what: isNew ? `${label} was required and is gone` : `${label} was required and is optional now`,
        hurts: 'readers that still have the old schema refuse events without it',
        fix: 'Keep it required',
      };
}

function tellProperty(label: string, isClosed: boolean, direction: Direction): Phrase {
  const added = 'property-added';
  const removed = 'property-removed';
  if (direction === 'backward') {
    return isClosed
      ? { rule: removed, what: `${label} is no longer allowed`, fix: 'Keep it as an optional property' }
      : {
          rule: added,
          what: `${label} is new in an object that was open, so that anything may have stood there`,
          fix: 'Compare with contentModel "pragmatic", which takes it that nobody wrote it',
        };
  }
  return isClosed
    ? { rule: added, what: `${label} is new, and the old schema allows no other properties`, fix: 'Open the object in a version before' }
    : {
        rule: removed,
        what: `${label} is no longer declared in an open object, so that anything may stand there`,
        fix: 'Keep it as an optional property',
      };
}

function tellValues(label: string, { constraint, had }: Gap, direction: Direction): Phrase {
  const [values, word] = constraint.kind === 'values' ? [constraint.values, constraint.word] : [[], 'enum'];
  const before = had.find((other) => other.kind === 'values');
  const known = new Set(values.map((value) => JSON.stringify(value)));
  const gone = before?.values.filter((value) => !known.has(JSON.stringify(value))) ?? [];
  const isBackward = direction === 'backward';
  if (before === undefined || gone.length === 0) {
    return isBackward
      ? { rule: `${word}-added`, what: `${label} may only be ${list(values)} now`, fix: 'Leave other values allowed' }
      : { rule: `${word}-removed`, what: `${label} could only be ${list(values)} and may be something else now`, fix: 'Keep the values' };
  }
  if (word === 'const' && before.word === 'const') {
    const [from, to] = isBackward ? [gone, values] : [values, gone];
    return { rule: 'const-changed', what: `${label} was ${list(from)} and is ${list(to)} now`, fix: 'Keep the value' };
  }
  return isBackward
    ? { rule: 'enum-value-removed', what: `${label} may no longer be ${list(gone)}`, fix: 'Keep the value in the list' }
    : {
        rule: 'enum-value-added',
        what: `${label} may be ${list(gone)} now`,
        hurts: 'readers that still have the old schema refuse it',
        fix: 'Give all readers the longer list first',
      };
}

const limitRules: Readonly<Record<Limit['of'], readonly [min: string, max: string, one: string, many: string]>> = {
  number: ['minimum', 'maximum', '', ''],
  string: ['min-length', 'max-length', ' character', ' characters'],
  array: ['min-items', 'max-items', ' item', ' items'],
  object: ['min-properties', 'max-properties', ' property', ' properties'],
};

function limitText({ side, limit, exclusive, of }: Limit): string {
  const [, , one, many] = limitRules[of];
  const inclusive = side === 'min' ? 'at least' : 'at most';
  return `${exclusive ? (side === 'min' ? 'more than' : 'less than') : inclusive} ${limit}${limit === 1 ? one : many}`;
}

function tellLimit(label: string, constraint: Limit, had: readonly Constraint[], direction: Direction): Phrase {
  const isBackward = direction === 'backward';
  const isMin = constraint.side === 'min';
  const rule = limitRules[constraint.of][isMin ? 0 : 1];
  const before = had.find((other) => other.kind === 'limit');
  const verb = constraint.of === 'number' ? 'be' : 'have';
  const [old, now] = isBackward ? [before, constraint] : [constraint, before];
  const suffix = before === undefined ? (isBackward ? 'added' : 'removed') : isMin === isBackward ? 'raised' : 'lowered';
  return {
    rule: `${rule}-${suffix}`,
    what: `${label} ${now === undefined ? 'has no such bound now' : `must ${verb} ${limitText(now)} now`}; before, ${old === undefined ? 'there was no bound' : limitText(old)}`,
    fix: isBackward ? 'Keep the old bound, or a wider one' : 'Keep the old bound, or a tighter one',
  };
}

/** Rule and verb of what a message cannot show in full. */
function verbOf(constraint: Constraint, a: 'a' | 'another'): readonly [rule: string, verb: string] {
  const form = a === 'a' ? 'a certain form' : 'another form';
  switch (constraint.kind) {
    case 'multipleOf':
      return ['multiple-of', `be a multiple of ${constraint.divisor}`];
    case 'pattern':
      return ['pattern', `match the pattern ${constraint.source.slice(0, LIST_LENGTH_MAX)}`];
    case 'format':
      return ['format', `have the format ${constraint.name}`];
    case 'content':
      return ['content', `hold what "${constraint.keyword}": ${JSON.stringify(constraint.text).slice(0, LIST_LENGTH_MAX)} says`];
    case 'contains':
      return ['contains', `contain ${a === 'a' ? 'a certain' : 'another'} item`];
    case 'uniqueItems':
      return ['unique-items', 'have items that all differ'];
    case 'propertyNames':
      return ['property-names', `have ${a === 'a' ? 'certain' : 'other'} names of properties`];
    case 'dependency':
      return ['dependency', `have ${a === 'a' ? 'certain' : 'other'} properties where it has \`${constraint.name}\``];
    case 'property':
      return ['property', `have \`${constraint.name}\` of ${form}`];
    case 'patternProperty':
      return ['pattern-property', `have properties of ${form} where their names match ${constraint.source.slice(0, LIST_LENGTH_MAX)}`];
    case 'additionalProperties':
      return ['additional-properties', `have other properties of ${form}`];
    case 'item':
    case 'items':
      return ['items', `have items of ${form}`];
    case 'anyOf':
    case 'oneOf':
      return ['alternatives', 'have one of several forms'];
    case 'if':
      return ['condition', `meet ${a} condition`];
    default:
      return ['not', `be none of ${a === 'a' ? 'certain' : 'other'} values`];
  }
}

function tellOther(label: string, { constraint, had }: Gap, direction: Direction): Phrase {
  const [before] = had;
  const [rule, verb] = verbOf(constraint, 'a');
  if (before === undefined) {
    return direction === 'backward'
      ? { rule: `${rule}-added`, what: `${label} must ${verb} now`, fix: 'Leave that out' }
      : { rule: `${rule}-removed`, what: `${label} no longer has to ${verb}`, fix: 'Keep that' };
  }
  const [, otherVerb] = verbOf(before, 'a');
  const [old, now] = direction === 'backward' ? [otherVerb, verb] : [verb, otherVerb];
  const what = old === now ? `${label} must ${verbOf(constraint, 'another')[1]} now` : `${label} had to ${old} and must ${now} now`;
  return { rule: `${rule}-changed`, what, fix: 'Keep it as it was' };
}

function tellAlternatives(label: string, gap: Gap, direction: Direction): Phrase {
  if (gap.had.length === 0) return tellOther(label, gap, direction);
  return direction === 'backward'
    ? { rule: 'alternative-removed', what: `${label} may no longer have one of its forms`, fix: 'Keep the alternative' }
    : {
        rule: 'alternative-added',
        what: `${label} may have a form now that it could not have`,
        fix: 'Give all readers the new alternative first',
      };
}

function tellClosed(label: string, noun: 'properties' | 'items', direction: Direction): Phrase {
  const rule = noun === 'properties' ? 'additional-properties' : 'items';
  return direction === 'backward'
    ? { rule: `${rule}-closed`, what: `${label} may have no other ${noun} now`, fix: `Leave other ${noun} allowed` }
    : { rule: `${rule}-opened`, what: `${label} may have other ${noun} now`, fix: `Keep other ${noun} forbidden` };
}

function allowsNothing(constraint: Constraint): boolean {
  return constraint.kind === 'nothing' || ('node' in constraint && constraint.node.constraints.some(({ kind }) => kind === 'nothing'));
}

/** What a gap is about. `label` names the place. */
export function phraseOf(label: string, gap: Gap, direction: Direction): Phrase {
  const { constraint, had, isUndeclared } = gap;
  if (constraint.kind === 'required') return tellRequired(label, isUndeclared, direction);
  if (isUndeclared) return tellProperty(label, allowsNothing(constraint), direction);
  switch (constraint.kind) {
    case 'type':
    case 'nothing':
      return tellType(label, gap, direction);
    case 'values':
      return tellValues(label, gap, direction);
    case 'limit':
      return tellLimit(label, constraint, had, direction);
    case 'anyOf':
    case 'oneOf':
      return tellAlternatives(label, gap, direction);
    default: {
      const noun = constraint.kind === 'additionalProperties' ? 'properties' : constraint.kind === 'items' ? 'items' : undefined;
      return noun !== undefined && allowsNothing(constraint) ? tellClosed(label, noun, direction) : tellOther(label, gap, direction);
    }
  }
}
