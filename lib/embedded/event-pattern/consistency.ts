import type { Combination } from './combination.ts';
import type { Condition } from './condition.ts';
import type { Elements, FieldValue } from './event-fields.ts';

interface Candidate {
  readonly elements: Elements;
  readonly matches: boolean;
}

/** What one field of the pattern finds in the event. */
interface Slot {
  readonly mayBeAbsent: boolean;
  readonly candidates: readonly Candidate[];
  readonly byElement: ReadonlyMap<number, ReadonlyMap<number, readonly Candidate[]>>;
}

interface Search {
  readonly slots: readonly Slot[];
  /** Lists that this slot or a later one stands in: all that a choice made so far can still spoil. */
  readonly listsAhead: readonly ReadonlySet<number>[];
  readonly failed: readonly Set<string>[];
}

/**
 * Whether the values of an event satisfy all fields of a combination, with values that fit together: no two of them from
 * different elements of one list ("array consistency" of aws/event-ruler: README, ArrayMembership, StructuredFinder). Fields
 * are taken in order of their paths, as there: "absent" means absent from the elements chosen so far.
 */
export function matchesCombination(combination: Combination, fields: ReadonlyMap<string, readonly FieldValue[]>): boolean {
  const paths = [...combination.keys()].sort();
  const slots: Slot[] = [];
  for (const path of paths) {
    const slot = slotOf(combination.get(path) ?? [], fields.get(path) ?? []);
    if (!slot.mayBeAbsent && !slot.candidates.some((candidate) => candidate.matches)) return false;
    slots.push(slot);
  }
  const listsAhead = slots.map((_, at) => new Set(slots.slice(at).flatMap((slot) => [...slot.byElement.keys()])));
  return choose({ slots, listsAhead, failed: slots.map(() => new Set<string>()) }, 0, new Map());
}

function slotOf(conditions: readonly Condition[], values: readonly FieldValue[]): Slot {
  const tests = conditions.flatMap((condition) => (condition.kind === 'value' ? [condition.test] : []));
  const candidates = values.map(({ value, elements }) => ({ elements, matches: tests.some((test) => test(value)) }));
  const byElement = new Map<number, Map<number, Candidate[]>>();
  for (const candidate of candidates) {
    for (const [list, element] of candidate.elements) {
      const ofList = byElement.get(list) ?? new Map<number, Candidate[]>();
      const ofElement = ofList.get(element) ?? [];
      ofElement.push(candidate);
      byElement.set(list, ofList.set(element, ofElement));
    }
  }
  return { mayBeAbsent: conditions.some((condition) => condition.kind === 'absent'), candidates, byElement };
}

/** Depth-first over the slots; what failed once with the same elements ahead is not tried again, so lists side by side do not multiply. */
function choose(search: Search, at: number, chosen: Elements): boolean {
  const slot = search.slots[at];
  const ahead = search.listsAhead[at];
  const failed = search.failed[at];
  if (slot === undefined || ahead === undefined || failed === undefined) return true;
  const key = [...chosen].flatMap(([list, element]) => (ahead.has(list) ? [`${list}:${element}`] : [])).join();
  if (failed.has(key)) return false;
  const possible = inElements(slot, chosen);
  if (slot.mayBeAbsent && possible.length === 0 && choose(search, at + 1, chosen)) return true;
  for (const { elements, matches } of possible) {
    if (matches && choose(search, at + 1, elements.size === 0 ? chosen : new Map([...chosen, ...elements]))) return true;
  }
  failed.add(key);
  return false;
}

/** What stands in the elements chosen so far. The innermost list that the field shares with them decides: its element lies in one element of each outer list. */
function inElements(slot: Slot, chosen: Elements): readonly Candidate[] {
  for (const [list, element] of [...chosen].reverse()) {
    const ofList = slot.byElement.get(list);
    if (ofList !== undefined) return ofList.get(element) ?? [];
  }
  return slot.candidates;
}
