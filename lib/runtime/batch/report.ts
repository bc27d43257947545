import { labelsOf, type RuntimeContext } from '../context.ts';
import type { Unit } from '../journal/unit.ts';
import type { CounterName } from '../ports/telemetry.ts';
import type { TaskOutcome } from '../tasks/outcome.ts';
import type { Task } from '../tasks/task.ts';

const counters: Readonly<Record<TaskOutcome['status'], CounterName>> = {
  done: 'reactions-done',
  failed: 'reactions-failed',
  refused: 'reactions-refused',
  undone: 'undone',
  cancelled: 'reactions-cancelled',
  duplicate: 'duplicates',
  requested: 'duplicates',
  'dead-lettered': 'dead-letters',
};

/** Counts and logs what became of a task; ids and codes only, no payload. */
export function reportOutcome(context: RuntimeContext, task: Task, outcome: TaskOutcome, unit?: Unit): void {
  const { telemetry } = context.ports;
  const labels = labelsOf(context, task.reaction.name, task.message.type);
  telemetry.count(counters[outcome.status], outcome.code === undefined ? labels : { ...labels, code: outcome.code });
  const closed = unit?.writes.filter((write) => write.kind === 'dead-letter' && write.put.state === 'closed').length ?? 0;
  if (closed > 0) telemetry.count('dead-letters-closed', labels, closed);
  telemetry.log({
    level: outcome.status === 'dead-lettered' ? 'error' : 'info',
    message: `${task.reaction.name}: ${outcome.status}`,
    fields: {
      ...labels,
      outcome: outcome.status,
      role: task.role,
      id: task.message.id,
      saga: task.message.correlationid,
      attempts: task.failure?.attempts ?? 0,
      ...(unit ? { commit: unit.id } : {}),
      ...(outcome.events.length > 0 ? { emitted: outcome.events.map(({ type }) => type) } : {}),
      ...(outcome.code === undefined ? {} : { code: outcome.code }),
      ...(task.giveUp ? { error: task.giveUp.error.message } : {}),
    },
  });
}
