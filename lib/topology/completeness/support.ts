import { spend } from './budget.ts';
import type { Source } from './saga.ts';
import { follow, isSilenced, type Question, type Situation, succeed } from './situation.ts';

type Situations = Generator<Situation, void, undefined>;

/** Situations in which one of the messages that the run takes is out. */
function* set(question: Question, situation: Situation, run: number, path: readonly number[]): Situations {
  const { on = [] } = question.saga.runs[run] ?? {};
  const there = on.find((event) => situation.out[event]);
  if (there !== undefined) yield situation;
  else for (const event of on) yield* supportEvent(question, situation, event, path);
}

/** Situations in which the run has succeeded; what it says about that may still be open. */
export function* supportSuccess(question: Question, situation: Situation, run: number, path: readonly number[] = []): Situations {
  if (situation.outcomes[run] === 'succeeded') yield situation;
  if (situation.outcomes[run] !== 'open') return;
  for (const ready of set(question, situation, run, path)) {
    if (ready.outcomes[run] === 'succeeded') yield ready;
    const after = ready.outcomes[run] === 'open' ? succeed(question, ready, run, []) : undefined;
    if (after) yield after;
  }
}

function* bySaying(question: Question, situation: Situation, event: number, { run, as }: Source, path: readonly number[]): Situations {
  const one = question.saga.runs[run];
  for (const ready of supportSuccess(question, situation, run, path)) {
    if (ready.out[event]) yield ready;
    else if (as === 'emits' && one && !isSilenced(ready, one)) {
      const after = succeed(question, ready, run, [event]);
      if (after) yield after;
    }
  }
}

function* byFailing(question: Question, situation: Situation, event: number, { run }: Source, path: readonly number[]): Situations {
  if (situation.outcomes[run] !== 'open') return;
  for (const ready of set(question, situation, run, path)) {
    if (ready.outcomes[run] !== 'open') continue;
    const after = follow(question, ready, { what: 'failed', run, events: [event] });
    if (after) yield after;
  }
}

/** Only a step that was done says something when it is undone. */
function* byUndoing(question: Question, situation: Situation, event: number, { run }: Source, path: readonly number[]): Situations {
  for (const trigger of question.saga.runs[run]?.undoneBy ?? []) {
    if (question.banned[trigger]) continue;
    for (const done of supportSuccess(question, situation, run, path)) {
      for (const told of supportEvent(question, done, trigger, path)) {
        const after = follow(question, told, { what: 'undone', run, events: [event] });
        if (after) yield after;
      }
    }
  }
}

/**
 * Situations that follow this one and in which the event is out, each with all that it took. Every event stands on
 * others that came before it: a path never comes back to itself.
 * @throws BudgetSpent
 */
export function* supportEvent(question: Question, situation: Situation, event: number, path: readonly number[] = []): Situations {
  const { saga, banned, budget } = question;
  spend(budget);
  if (situation.out[event]) yield situation;
  if (situation.out[event] || banned[event] || path.includes(event)) return;
  if (saga.free[event]) {
    const after = follow(question, situation, { what: 'began', events: [event] });
    if (after) yield after;
  }
  const longer = [...path, event];
  for (const before of saga.after[event] ?? []) {
    for (const asked of supportEvent(question, situation, before, longer)) {
      const after = follow(question, asked, { what: 'answered', events: [event] });
      if (after) yield after;
    }
  }
  for (const source of saga.sources[event] ?? []) {
    if (source.as === 'fails') yield* byFailing(question, situation, event, source, longer);
    else if (source.as === 'undo') yield* byUndoing(question, situation, event, source, longer);
    else yield* bySaying(question, situation, event, source, longer);
  }
}
