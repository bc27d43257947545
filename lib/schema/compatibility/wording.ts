import type { Direction, Gap } from './gap.ts';
import { phraseOf, typesText } from './phrases.ts';
import type { ReusedName } from './reused-names.ts';

/** A difference in words. */
export interface Words {
  /** Stable name of what was changed; `unknown` when it could not be decided. */
  readonly rule: string;
  readonly message: string;
  readonly fix: string;
}

const hurt: Readonly<Record<Direction, string>> = {
  backward: 'events written before may not be valid any more',
  forward: 'readers that still have the old schema may refuse new events',
};
const ways: Readonly<Record<Direction, string>> = {
  backward: 'or break it on purpose, in a version of its own with an upcast',
  forward: 'or break it on purpose, in a version of its own, which readers adopt first',
};

function labelOf(path: string): string {
  if (path === '') return 'The message';
  const tokens = path.slice(1).split('/');
  return `\`${tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~')).join('.')}\``;
}

/** A gap in words. What could not be decided says what was looked at. */
export function tell(gap: Gap, direction: Direction): Words {
  const { rule, what, fix, hurts } = phraseOf(labelOf(gap.path), gap, direction);
  const advice = `${fix}, ${ways[direction]}.`;
  if (!gap.certain)
    return {
      rule: 'unknown',
      message: `${what}. Whether that is compatible cannot be decided, so it counts as incompatible.`,
      fix: advice,
    };
  const example = gap.example === undefined ? '' : `, such as ${gap.example}`;
  return { rule, message: `${what}: ${hurts ?? hurt[direction]}${example}.`, fix: advice };
}

/** A name that is back with another type, in words. */
export function tellReuse({ path, direction, types }: ReusedName): Words {
  const lost = typesText(types);
  const back = `${labelOf(path)} was removed and is back with another type`;
  return {
    rule: 'name-reused',
    message:
      direction === 'backward'
        ? `${back}: it could be ${lost} when it was removed and no longer can, and such events may still be replayed.`
        : `${back}: it can be ${lost} now and could not when it was removed, and readers may still have that schema.`,
    fix: 'Choose a name that was never used.',
  };
}
