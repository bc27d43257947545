import { ChoreographyError } from './errors.ts';
import { NAME_LENGTH_MAX } from './limits.ts';

const pascalCase = /^(?:[A-Z][a-z0-9]*)+$/;
const camelCase = /^[a-z][A-Za-z0-9]*$/;
const kebabCase = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** Past participles that do not end in `ed`, and nouns that do. Short lists: an unusual word gets a clear error, not a guess. */
const irregularParticiples = new Set(
  (
    'Begun Bent Bet Bid Bought Bound Broken Brought Built Caught Chosen Come Cut Dealt Done Drawn Driven Fallen Felt Forgotten Forgiven ' +
    'Found Frozen Given Gone Grown Heard Held Hidden Hit Kept Known Laid Lent Let Led Left Lost Made Met Overdue Overdrawn Paid Put Quit ' +
    'Read Rebuilt Resent Reset Risen Run Rewritten Said Seen Sent Set Shown Shut Sold Spent Split Spoken Spread Stolen Stuck Struck Sunk Taken ' +
    'Taught Thrown Told Undone Understood Upset Withdrawn Withheld Won Worn Written'
  ).split(' '),
);
/** The same word as a noun: a good end for both, as in `DataSplit` and `PlaceBid`. */
const participlesAndNouns = new Set('Bet Bid Cut Hit Read Reset Run Set Split Spread'.split(' '));
const nounsInEd = new Set('Bed Breed Creed Deed Feed Greed Need Reed Seed Shed Sled Speed Steed Weed'.split(' '));

/** What may follow a participle, as in `GuestCheckedIn` and `SessionTimedOut`. */
const particles = new Set('Away Back Down In Off On Out Over Through Up'.split(' '));

function words(name: string): readonly string[] {
  return name.match(/[A-Z]+(?![a-z])|[A-Z][a-z0-9]*/g) ?? [];
}

function isPastParticiple(word: string): boolean {
  return irregularParticiples.has(word) || (word.endsWith('ed') && !nounsInEd.has(word));
}

/** `OrderPlaced` ends in the past, and so does `GuestCheckedIn`; `CheckIn` does not. */
function endsInPast(parts: readonly string[]): boolean {
  const [verb = '', last = ''] = parts.slice(-2);
  return isPastParticiple(last) || (parts.length > 2 && particles.has(last) && isPastParticiple(verb));
}

function invalid(what: string, name: string, wanted: string): never {
  throw new ChoreographyError('INVALID_NAME', `${what} "${name}" is not a good name: ${wanted}.`, { details: { name } });
}

function checkLength(what: string, name: string): void {
  if (typeof name !== 'string' || name.length === 0 || name.length > NAME_LENGTH_MAX)
    invalid(what, String(name), `give 1 to ${NAME_LENGTH_MAX} characters`);
}

/** Events are facts: noun + past participle, as `OrderPlaced`. @throws INVALID_NAME */
export function checkEventName(name: string): void {
  checkLength('The event', name);
  const parts = words(name);
  if (pascalCase.test(name) && parts.length >= 2 && endsInPast(parts)) return;
  invalid('The event', name, 'an event says what happened, as a noun and a verb in the past in PascalCase, for example OrderPlaced');
}

/** Commands are requests: verb + noun, as `PlaceOrder`. @throws INVALID_NAME */
export function checkCommandName(name: string): void {
  checkLength('The command', name);
  const parts = words(name);
  const last = parts.at(-1) ?? '';
  const isPast = endsInPast(parts) && !participlesAndNouns.has(last);
  if (pascalCase.test(name) && parts.length >= 2 && !isPast) return;
  invalid('The command', name, 'a command says what to do, as a verb and a noun in PascalCase, for example PlaceOrder');
}

/** Reactions are named after what they do: camelCase, as `reserveInventory`. @throws INVALID_NAME */
export function checkReactionName(name: string): void {
  checkLength('The reaction', name);
  if (!camelCase.test(name)) invalid('The reaction', name, 'use letters and digits in camelCase, for example reserveInventory');
}

/** Services and choreographies: lower case with hyphens, as `order-history`. @throws INVALID_NAME */
export function checkServiceName(name: string, what = 'The service'): void {
  checkLength(what, name);
  if (!kebabCase.test(name)) invalid(what, name, 'use lower case letters, digits and hyphens, for example order-history');
}

/** Entities are nouns in PascalCase, as `Order`. @throws INVALID_NAME */
export function checkEntityName(name: string): void {
  checkLength('The entity', name);
  if (!pascalCase.test(name)) invalid('The entity', name, 'use a noun in PascalCase, for example Order');
}
