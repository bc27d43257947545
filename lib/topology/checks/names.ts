import { isChoreographyError } from '../../contract/errors.ts';
import { checkCommandName, checkEventName, checkReactionName, checkServiceName } from '../../contract/names.ts';
import type { Check, FindingDraft } from '../check-input.ts';

function problem(path: string, check: () => void): readonly FindingDraft[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!isChoreographyError(error, 'INVALID_NAME')) throw error;
    return [{ code: 'INVALID_NAME', path, message: error.message, fix: 'Rename it before others use it.' }];
  }
}

/** Names in manifests, which another tool may have written. */
export const names: Check = ({ graph }) => [
  ...graph.services.flatMap(({ name }) => problem(name, () => checkServiceName(name))),
  ...graph.reactions.flatMap(({ id, name }) => problem(id, () => checkReactionName(name))),
  ...graph.messages.flatMap(({ type, kind }) => problem(type, () => (kind === 'command' ? checkCommandName(type) : checkEventName(type)))),
];
