import { keyText } from '../../runtime/journal/item-key.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import type { OperatorAccess } from '../access.ts';
import { claimKeyOf, concernedBy } from '../claim-key.ts';
import { readLots } from '../read-lots.ts';
import { isSettled } from './expected.ts';
import { type OpenLetter, stops } from './open-letters.ts';

/** A message that a service gave up on, and a reaction that does not run because of it. */
export interface GivenUp {
  readonly letter: OpenLetter & Required<Pick<OpenLetter, 'message'>>;
  /** The service of the reaction; the letter may be that of the sender. */
  readonly at: string;
  readonly reaction: string;
}

/** What dead letters keep from happening of which no claim says so. @throws UNKNOWN_SERVICE */
export async function givenUp(
  access: OperatorAccess,
  manifests: readonly ServiceManifest[],
  letters: readonly OpenLetter[],
): Promise<readonly GivenUp[]> {
  const found: GivenUp[] = [];
  for (const manifest of manifests) {
    const asked = letters.flatMap((letter) => {
      const { message } = letter;
      if (!message) return [];
      const name = { service: manifest.service, messageId: message.id, messageSource: message.source };
      return concernedBy(manifest, message.type)
        .filter(({ reaction }) => stops(letter, { ...name, reaction: reaction.name }))
        .map((concern) => ({ letter: { ...letter, message }, concern, key: claimKeyOf(concern.reaction, message) }));
    });
    const keys = asked.map(({ key }) => key);
    const claims = await readLots(access, manifest.service, 'claims', keys);
    for (const { letter, concern, key } of asked) {
      const claim = claims.get(keyText(key));
      // One that a claim names is an open step, and seen there.
      if (!isSettled(claim, concern) && !claim?.deadLetters.length)
        found.push({ letter, at: manifest.service, reaction: concern.reaction.name });
    }
  }
  return found;
}
