import type { Check, FindingDraft } from '../check-input.ts';
import type { ReactionManifest, ServiceManifest } from '../manifest.ts';
import { listed } from '../wording.ts';

function messagesOf({ on }: ReactionManifest): string {
  return on
    .map(({ type }) => type)
    .sort()
    .join();
}

function gone(service: string, before: ReactionManifest, now: ServiceManifest, deployed: ServiceManifest): FindingDraft {
  const known = new Set(deployed.reactions.map(({ name }) => name));
  const renamed = now.reactions.find((reaction) => !known.has(reaction.name) && messagesOf(reaction) === messagesOf(before));
  if (renamed) {
    return {
      code: 'REACTION_RENAMED',
      path: `${service}.${renamed.name}`,
      message: `\`${before.name}\` in \`${service}\` is now called \`${renamed.name}\`: claims are kept by that name, so redelivered messages run again${before.compensation ? `, and what \`${before.name}\` did is no longer undone` : ''}.`,
      fix: `Keep the name \`${before.name}\`; it is stored.`,
    };
  }
  const path = `${service}.${before.name}`;
  if (before.compensation) {
    return {
      code: 'STEP_REMOVED',
      path,
      message: `\`${before.name}\` in \`${service}\` is deployed, but no longer in the code: finished steps of running sagas can no longer be undone.`,
      fix: 'Keep it until its sagas have ended, while nobody emits what it reacts to; then allow the finding with that reason.',
    };
  }
  return {
    code: 'REACTION_REMOVED',
    path,
    message: `\`${before.name}\` in \`${service}\` is deployed, but no longer in the code: ${listed(before.on.map(({ type }) => type))} does nothing there from now on, and its dead letters cannot be redriven.`,
    fix: 'Nothing, if that is intended.',
  };
}

function changed(service: string, before: ReactionManifest, now: ReactionManifest): FindingDraft | undefined {
  if ((before.compensation === undefined) === (now.compensation === undefined)) return undefined;
  const what = now.compensation ? 'gets a compensation' : 'loses its compensation';
  return {
    code: 'CLAIM_CHANGED',
    path: `${service}.${now.name}.compensation`,
    message: `\`${now.name}\` in \`${service}\` ${what}: with one it is claimed once per saga, without one once per message, so redelivered messages run again${now.compensation ? '' : ', and finished steps are no longer undone'}.`,
    fix: 'Give the new reaction another name and leave the old one until its messages and sagas have ended; or allow the finding with a reason.',
  };
}

/** What a deploy would break of what is deployed. */
export const deployedNames: Check = ({ manifests, deployed }) =>
  manifests.flatMap((now) => {
    const before = deployed.find(({ service }) => service === now.service);
    return (before?.reactions ?? []).flatMap((reaction) => {
      const same = now.reactions.find(({ name }) => name === reaction.name);
      return (same ? changed(now.service, reaction, same) : gone(now.service, reaction, now, before as ServiceManifest)) ?? [];
    });
  });
