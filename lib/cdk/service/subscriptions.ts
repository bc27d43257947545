import type { EventType } from '../../contract/message-type.ts';
import type { AnyService } from '../../contract/service.ts';
import { reactionsOf } from '../../contract/service.ts';

function namesOf(types: readonly { readonly type: string }[]): readonly string[] {
  return [...new Set(types.map(({ type }) => type))].sort();
}

/** Types of the events that a service takes from its source: those it reacts to and those it compensates on. */
export function subscribedTypes(service: AnyService): readonly string[] {
  return namesOf(
    reactionsOf(service).flatMap(({ on, compensation }) => [...on.filter(({ kind }) => kind === 'event'), ...(compensation?.on ?? [])]),
  );
}

/** Events that a service publishes: by `emits`, `fails`, `schedules` and in its compensations. */
export function publishedEvents(service: AnyService): readonly EventType[] {
  return reactionsOf(service).flatMap(({ emits, fails, schedules, compensation }) => [
    ...emits,
    ...fails,
    ...schedules,
    ...(compensation?.emits ?? []),
  ]);
}

/** Types of the events that a service publishes. */
export function publishedTypes(service: AnyService): readonly string[] {
  return namesOf(publishedEvents(service));
}

/** Types of the commands that a service owns. */
export function commandTypes(service: AnyService): readonly string[] {
  return namesOf(reactionsOf(service).flatMap(({ on }) => on.filter(({ kind }) => kind === 'command')));
}
