import type { Check, FindingDraft } from '../check-input.ts';
import { listed } from '../wording.ts';

/** A command goes to one reaction. */
export const commandOwners: Check = ({ graph, contracts }) => {
  const twice = graph.messages.flatMap(({ type, kind, consumedBy }): FindingDraft[] => {
    const owners = consumedBy.flatMap(({ reaction }) => reaction ?? []);
    if (kind !== 'command' || owners.length < 2) return [];
    return [
      {
        code: 'COMMAND_OWNED_TWICE',
        path: `${owners[1]}.on.${type}`,
        message: `The command ${type} has ${owners.length} owners: ${listed(owners)}. A caller waits for one answer.`,
        fix: `Keep ${type} in one of them; let the others react to the event that it emits.`,
      },
    ];
  });
  const owned = new Set(graph.messages.map(({ type }) => type));
  const orphans = (contracts?.schemas.messages ?? []).filter(({ kind, type }) => kind === 'command' && !owned.has(type));
  return [
    ...twice,
    ...orphans.map(
      ({ type }): FindingDraft => ({
        code: 'COMMAND_WITHOUT_OWNER',
        path: type,
        message: `The command ${type} has a schema, but no reaction takes it: whoever sends it gets no answer.`,
        fix: `Write a reaction to ${type}, give the manifest of the service that has one, or remove the schema.`,
      }),
    ),
  ];
};
