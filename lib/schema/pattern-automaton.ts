import { anything, type CharacterSet } from './character-set.ts';
import { type PatternNode, refusePattern } from './pattern-parse.ts';

/** A pattern as an automaton without empty steps (Glushkov): one state per character of the pattern; state 0 is the start. */
export interface Automaton {
  /** What it takes to enter a state. */
  readonly sets: readonly CharacterSet[];
  readonly follow: readonly (readonly number[])[];
}

/** States of one pattern. */
const STATES_MAX = 100;
/** Copies written out for an exact count, as `\d{4}`; a higher count is taken for "any number". */
const COPIES_MAX = 40;

interface Fragment {
  readonly nullable: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

interface Builder {
  readonly sets: CharacterSet[];
  readonly follow: Set<number>[];
}

const empty: Fragment = { nullable: true, first: [], last: [] };

function addState(builder: Builder, set: CharacterSet): Fragment {
  const state = builder.sets.push(set) - 1;
  builder.follow.push(new Set());
  if (state > STATES_MAX) refusePattern(`it has more than ${STATES_MAX} parts, too many to check`);
  return { nullable: false, first: [state], last: [state] };
}

function connect({ follow }: Builder, from: readonly number[], to: readonly number[]): void {
  for (const state of from) {
    for (const next of to) {
      if (follow[state]?.has(next))
        refusePattern('it repeats what is repeated already, as (a+)+ does: the time doubles with every character');
      follow[state]?.add(next);
    }
  }
}

function joined(builder: Builder, left: Fragment, right: Fragment): Fragment {
  connect(builder, left.last, right.first);
  return {
    nullable: left.nullable && right.nullable,
    first: left.nullable ? [...left.first, ...right.first] : left.first,
    last: right.nullable ? [...left.last, ...right.last] : right.last,
  };
}

function either(builder: Builder, options: readonly PatternNode[]): Fragment {
  const parts = options.map((option) => build(builder, option));
  if (parts.filter(({ nullable }) => nullable).length > 1) refusePattern('more than one of its alternatives may be empty');
  return {
    nullable: parts.some(({ nullable }) => nullable),
    first: parts.flatMap(({ first }) => first),
    last: parts.flatMap(({ last }) => last),
  };
}

/** A set is written out as often as it must come; a group is written once. Both then loop, which allows more and is never the safer case. */
function repeat(builder: Builder, { body, min, max }: Extract<PatternNode, { kind: 'repeat' }>): Fragment {
  if (max === 0) return empty;
  const copies = body.kind === 'set' && min <= COPIES_MAX ? Math.max(min, 1) : 1;
  let all = build(builder, body);
  if (all.nullable) refusePattern('it repeats something that may be empty, as (a*)* does');
  let end = all;
  for (let copy = 1; copy < copies; copy += 1) {
    end = build(builder, body);
    all = joined(builder, all, end);
  }
  if (max > copies) connect(builder, end.last, end.first);
  return min === 0 ? { ...all, nullable: true } : all;
}

function build(builder: Builder, node: PatternNode): Fragment {
  switch (node.kind) {
    case 'start':
      return empty;
    case 'set':
      return addState(builder, node.set);
    case 'sequence':
      return node.parts.reduce((before, part) => joined(builder, before, build(builder, part)), empty);
    case 'either':
      return either(builder, node.options);
    case 'repeat':
      return repeat(builder, node);
  }
}

function isAnchored(node: PatternNode): boolean {
  if (node.kind === 'either') return node.options.every(isAnchored);
  return node.kind === 'start' || (node.kind === 'sequence' && node.parts[0] !== undefined && isAnchored(node.parts[0]));
}

/** Builds the automaton. Without a leading `^` it also loops at the start, as the search for a match does. @throws SCHEMA_UNSAFE */
export function automaton(node: PatternNode): Automaton {
  const builder: Builder = { sets: [anything], follow: [new Set()] };
  const { first } = build(builder, node);
  connect(builder, [0], isAnchored(node) ? first : [0, ...first]);
  return { sets: builder.sets, follow: builder.follow.map((next) => [...next]) };
}
