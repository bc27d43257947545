import { labelsOf, type RuntimeContext } from '../context.ts';
import type { Unit } from '../journal/unit.ts';
import { redact } from '../message/redact.ts';
import type { CounterName, Labels, LogRecord } from '../ports/telemetry.ts';
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

/** What the schema of the message marks as sensitive. */
function sensitiveOf({ reaction, message }: Task): readonly string[] {
  const types = [...reaction.on, ...(reaction.compensation?.on ?? [])];
  return types.find(({ type }) => type === message.type)?.schema.sensitive ?? [''];
}

function fieldsOf(labels: Labels, task: Task, outcome: TaskOutcome, unit: Unit | undefined): Record<string, unknown> {
  const { service, reaction, type } = labels;
  const { id, correlationid: saga } = task.message;
  const fields: Record<string, unknown> = {
    service,
    reaction,
    type,
    outcome: outcome.status,
    role: task.role,
    id,
    saga,
    attempts: task.failure?.attempts ?? 0,
  };
  if (unit) fields['commit'] = unit.id;
  if (outcome.events.length > 0) fields['emitted'] = outcome.events.map((event) => event.type);
  if (outcome.code !== undefined) fields['code'] = outcome.code;
  if (task.giveUp) fields['error'] = task.giveUp.error.message;
  // What is sensitive in another version, only its own schema says.
  if (outcome.status === 'dead-lettered' && task.message.dataschema === task.original.dataschema)
    fields['data'] = redact(task.message.data, sensitiveOf(task));
  return fields;
}

/** What is as it should be goes unsaid by default: the journals tell it, and a line for each event costs more than the runtime. */
function levelOf({ status }: TaskOutcome): LogRecord['level'] {
  if (status === 'dead-lettered') return 'error';
  return status === 'done' || status === 'duplicate' ? 'debug' : 'info';
}

/** Counts and logs what became of a task: ids and codes; of a dead letter also the data, without what is sensitive. */
export function reportOutcome(context: RuntimeContext, task: Task, outcome: TaskOutcome, unit?: Unit): void {
  const { telemetry } = context.ports;
  const labels = labelsOf(context, task.reaction.name, task.message.type);
  telemetry.count(counters[outcome.status], outcome.code === undefined ? labels : { ...labels, code: outcome.code });
  const closed = unit?.writes.filter((write) => write.kind === 'dead-letter' && write.put.state === 'closed').length ?? 0;
  if (closed > 0) telemetry.count('dead-letters-closed', labels, closed);
  telemetry.log({
    level: levelOf(outcome),
    message: `${task.reaction.name}: ${outcome.status}`,
    fields: fieldsOf(labels, task, outcome, unit),
  });
}
