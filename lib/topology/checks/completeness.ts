import { type Check, distinct, type FindingDraft } from '../check-input.ts';
import { DECISIONS_MAX, withinBudget } from '../completeness/budget.ts';
import { doneBefore, failuresOf, type SagaProof } from '../completeness/prove.ts';
import { type SagaRoot, sagaRoots } from '../completeness/roots.ts';
import type { Saga, SagaRun } from '../completeness/saga.ts';
import { called, listed, staysDone } from '../wording.ts';

const ASSUMED = 'The proof assumes that a success emits at least one event of `emits`.';

function nameOf(id: string): { readonly name: string; readonly service: string } {
  const [service = '', name = ''] = id.split('.');
  return { service, name };
}

const REACT_AS_WELL =
  'Have the service that reacts to the deadline react to the last event of the saga as well, and record there that the saga is completed.';

/** Where it is said what an event from outside answers. */
function answerOption({ type, service }: SagaRoot): string {
  if (service !== undefined) return `\`answers: […]\` in the inbound ${type} of \`${service}\`.`;
  return `\`external: { emits: [{ type: '${type}', after: ['…'] }] }\` in the options of the checks.`;
}

/** How to give a saga an ending. `outside`: events that are taken to begin sagas of their own, and may be answers. */
function endingFix(outside: readonly SagaRoot[]): string {
  const [first] = outside;
  if (!first) return REACT_AS_WELL;
  const types = listed([...new Set(outside.map(({ type }) => type))]);
  return `If the saga goes on with an answer from outside (${types}), say what it answers: ${answerOption(first)} Otherwise, h${REACT_AS_WELL.slice(1)}`;
}

/** What begins a saga in the eyes of the checks may be an answer within one. */
function answerFix({ root }: Saga): string {
  return root.kind === 'command' ? '' : ` If ${root.type} goes on with a saga, say what it answers: ${answerOption(root)}`;
}

function draftsOf(
  { saga, counterexamples, late, completes, decided, steps }: SagaProof,
  outside: readonly SagaRoot[],
): readonly FindingDraft[] {
  const broken = counterexamples.map(
    ({ reaction, after, story, diagram }): FindingDraft => ({
      code: 'SAGA_HALF_DONE',
      path: `${reaction}.compensation.on.${after}`,
      message: staysDone(nameOf(reaction), after),
      fix: `Add ${after} to \`compensation.on\` of \`${nameOf(reaction).name}\`. ${ASSUMED}`,
      story,
      diagram,
    }),
  );
  const slow = late.map(
    ({ reaction, after, until }): FindingDraft => ({
      code: 'UNDONE_LATE',
      path: `${reaction}.compensation.on.${after}`,
      message: staysDone(nameOf(reaction), after, until),
      fix: `Add ${after} to \`compensation.on\` of \`${nameOf(reaction).name}\`. ${ASSUMED}`,
    }),
  );
  const never: readonly FindingDraft[] = completes
    ? []
    : [
        {
          code: 'SAGA_NEVER_COMPLETES',
          path: steps[0] ?? saga,
          message: `Every saga that ${saga} begins is undone in the end: none can end without a failure or its deadline.`,
          fix: endingFix(outside),
        },
      ];
  if (decided) return [...broken, ...slow, ...never];
  const unknown: FindingDraft = {
    code: 'COMPLETENESS_NOT_PROVED',
    path: steps[0] ?? saga,
    message: `The saga that ${saga} begins, of ${steps.length} steps, has more endings than the proof tries (${DECISIONS_MAX} decisions): it is not known whether all are complete.`,
    fix: 'Let every step listen to the failures of all later ones directly, which makes the proof short, or split the saga.',
  };
  return [...broken, ...slow, ...never, unknown];
}

/** Sagas that can end half done, with the way there. */
export const completeness: Check = ({ proofs, graph }) => {
  const outside = sagaRoots(graph).filter(({ kind }) => kind === 'event');
  return distinct(proofs.flatMap((proof) => draftsOf(proof, outside)));
};

/** A reaction whose work would have to be undone: it can fail, calls outside or answers a command, and others go on from it. */
function isWork({ reaction, isStep }: SagaRun, kind: 'command' | 'event'): boolean {
  const { emits, fails, callsOutside } = reaction;
  return !isStep && emits.length > 0 && (fails.length > 0 || callsOutside || kind === 'command');
}

/** Failures after which others undo, while the run's service neither hears them nor says them itself. */
function missed(saga: Saga, index: number): readonly string[] {
  const { service } = (saga.runs[index] as SagaRun).reaction;
  const own = new Set(saga.runs.flatMap(({ reaction, on }) => (reaction.service === service ? on : [])));
  const isOwn = (run: number) => saga.runs[run]?.reaction.service === service;
  const undoing = failuresOf(saga).filter((event) => {
    const sources = saga.sources[event] ?? [];
    const saidThere = sources.length > 0 && sources.every(({ run }) => isOwn(run));
    return saga.runs.some(({ undoneBy }) => undoneBy.includes(event)) && !own.has(event) && !saidThere;
  });
  const find = () => undoing.filter((event) => doneBefore(saga, index, event).next().value).map((event) => saga.events[event] as string);
  return withinBudget(find, []);
}

/** Work in a saga that others undo theirs of, and that has no compensation itself. */
export const missingCompensations: Check = ({ sagas }) =>
  distinct(
    sagas.flatMap((saga) =>
      saga.runs.flatMap((run, index): FindingDraft[] => {
        const failures = isWork(run, run.on.includes(0) ? saga.root.kind : 'event') ? missed(saga, index) : [];
        if (failures.length === 0) return [];
        return [
          {
            code: 'COMPENSATION_MISSING',
            path: `${run.reaction.id}.compensation`,
            message: `After ${listed(failures)}, the work of ${called(run.reaction)} stays: it has no compensation, and no reaction there runs on them.`,
            fix: `Write \`compensation\` below \`react\`, on ${listed(failures)}. If there is nothing to undo, allow the finding with that reason.${answerFix(saga)}`,
          },
        ];
      }),
    ),
  );
