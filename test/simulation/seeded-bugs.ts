/** A bug that somebody could put in: where, and what the code would read like. */
export interface SeededBug {
  /** The rule that it breaks. */
  readonly name: string;
  /** The rule stands in the design because a model broke without it. */
  readonly model: boolean;
  /** @default both */
  readonly scenario?:
    | 'shop'
    | 'random'
    | 'redrive'
    | 'priced'
    | 'scarce'
    | 'told'
    | 'deployed'
    | 'versioned'
    | 'hurried'
    | 'operated'
    | 'resharded';
  readonly patches: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
}

type Patch = readonly [file: string, find: string, replace: string];

function bug(name: string, ...patches: readonly Patch[]): SeededBug {
  return { name, model: false, patches: patches.map(([file, find, replace]) => ({ file, find, replace })) };
}

/** One that only a scenario of its own meets often enough. */
function within(scenario: NonNullable<SeededBug['scenario']>, name: string, ...patches: readonly Patch[]): SeededBug {
  return { ...bug(name, ...patches), scenario };
}

/** A rule from the models. */
function rule(name: string, ...patches: readonly Patch[]): SeededBug {
  return { ...bug(name, ...patches), model: true };
}

const claims = 'lib/runtime/tasks/claims.ts';
const decide = 'lib/runtime/tasks/decide.ts';
const act = 'lib/runtime/tasks/act.ts';
const finish = 'lib/runtime/tasks/finish.ts';
const runReaction = 'lib/runtime/tasks/run-reaction.ts';
const transaction = 'lib/runtime/transaction/transaction.ts';
const unitOfWork = 'lib/runtime/transaction/unit-of-work.ts';
const outsideCalls = 'lib/runtime/transaction/outside-calls.ts';
const round = 'lib/runtime/batch/round.ts';
const runRound = 'lib/runtime/batch/run-round.ts';
const failure = 'lib/runtime/batch/failure.ts';
const groupCommit = 'lib/runtime/batch/group-commit.ts';
const shareMarker = 'lib/runtime/batch/share-marker.ts';
const publish = 'lib/runtime/outbox/publish.ts';
const markers = 'lib/runtime/outbox/markers.ts';
const sweep = 'lib/runtime/paths/sweep.ts';
const workItem = 'lib/runtime/batch/work-item.ts';
const commit = 'lib/embedded/memory/commit.ts';
const decode = 'lib/runtime/message/decode.ts';
const settle = 'lib/runtime/paths/settle.ts';
const undo = 'lib/runtime/tasks/undo.ts';
const itemKey = 'lib/runtime/journal/item-key.ts';

/** What goes out, and what is kept for it. */
const outbox: readonly SeededBug[] = [
  bug(
    'events are published before the commit',
    [
      round,
      'const results = await commitGroup(round.context, waiting);',
      'await publishAll(round.context, waiting.flatMap(({ unit }) => outgoingOf(unit) ?? []), round.invocation.deadline);\n  const results = await commitGroup(round.context, waiting);',
    ],
    [round, 'import { type Outgoing, outgoingOf }', 'import { type Outgoing, outgoingOf, publishAll }'],
  ),
  bug('the outbox is cleared before publishing', [
    publish,
    '  await sendAll(context, sendings, deadline);\n  const refused',
    '  await context.ports.store.clearOutbox(outgoing.flatMap(({ marker }) => marker?.id ?? []));\n  await sendAll(context, sendings, deadline);\n  const refused',
  ]),
  bug('a marker goes when the first of its commits is out', [markers, 'entries.every(', 'entries.some(']),
  bug('a shared marker names the first commit only', [
    shareMarker,
    "if (write.kind === 'outbox' && shared) return { ...write, put: shared };",
    "if (write.kind === 'outbox' && shared && first) return { ...write, put: { ...shared, entries: first.entries } };",
  ]),
  bug('a partial failure of publishing is ignored', [
    publish,
    "sending.outcome = outcomes[index] ?? { status: 'retry', reason: 'no outcome' };",
    "sending.outcome = { status: 'published' };",
  ]),
  rule('outgoing events are replaced by the next state of the step', [claims, 'return [...earlier, phase', 'return [phase']),
  rule('the marker of a refused event goes before its dead letter', [
    publish,
    '  const kept = new Set<string>();\n',
    '  const kept = new Set<string>();\n  await context.ports.store.clearOutbox(outgoing.flatMap(({ marker }) => marker?.id ?? []));\n',
  ]),
  rule(
    'a publish that fails fails the record',
    [
      runRound,
      '    await publishAll(context, [...(await leftoversOf(round)), ...round.outgoing], lastMoment(context, invocation));\n',
      "    const went = await publishAll(context, [...(await leftoversOf(round)), ...round.outgoing], lastMoment(context, invocation));\n    lost = went.includes('left');\n",
    ],
    [
      runRound,
      'async function publishRound(round: Round): Promise<void> {\n',
      'async function publishRound(round: Round): Promise<void> {\n  let lost = false;\n',
    ],
    [
      runRound,
      '      fields: { service: round.context.service, error: String(error) },\n    });\n  }\n',
      "      fields: { service: round.context.service, error: String(error) },\n    });\n  }\n  if (lost) throw new Error('not everything was published');\n",
    ],
  ),
  rule('a marker without its claim is dropped', [
    sweep,
    'for (const orphan of orphans) if (clock.now() < deadline && (await parkOrphan(context, orphan))) lost.push(orphan);',
    'lost.push(...orphans);',
  ]),
];

/** The claim and what commits with it. */
const journal: readonly SeededBug[] = [
  bug('the claim is written without a condition', [commit, "!('expect' in write) ||", "!('expect' in write) || write.kind === 'claim' ||"]),
  bug('an entity is written without a condition', [
    commit,
    "!('expect' in write) ||",
    "!('expect' in write) || write.kind === 'entity' || write.kind === 'entity-check' ||",
  ]),
  bug('the claim of an event leaves out its source', [itemKey, '#${keyPart(source)}#${keyPart(eventId)}', '#${keyPart(eventId)}']),
  bug(
    'a scheduled event is written apart from the claim',
    [claims, '  for (const event of scheduled)\n', '  for (const event of scheduled.slice(scheduled.length))\n'],
    [
      round,
      '      const noted = settleCommitted(round, entry, result.unit);\n',
      "      const { unit } = result;\n      const claimed = unit.writes.find((write) => write.kind === 'claim');\n      const later = claimed?.kind === 'claim' ? claimed.put.emissions.find((emission) => emission.commit === unit.id)?.scheduled ?? [] : [];\n      for (const event of later) await round.context.ports.store.commit([{ id: `${unit.id}-due`, writes: [{ kind: 'due', put: { kind: 'event', id: `${event.time}~${event.id}`, dueAt: Date.parse(event.time), event } }] }]);\n      const noted = settleCommitted(round, entry, unit);\n",
    ],
  ),
  rule('a version is a counter', [
    unitOfWork,
    'before.written = { record };',
    'before.written = { record: record && { ...record, version: String(Number(before.expect ?? 0) + 1) } };',
  ]),
  rule('a claimed message runs again', [
    decide,
    "  if (!claim) return { do: 'act' };\n  const problem",
    "  if (!claim || claim.state === 'done') return { do: 'act' };\n  const problem",
  ]),
  { ...rule('a business failure forgets what it read', [act, '    writes: work.checks(),', '    writes: [],']), scenario: 'scarce' },
  rule(
    'a unit over an overlay that was refused is sent as it is',
    [
      groupCommit,
      '      for (const index of component) {\n        const outcome',
      "      for (const index of component.filter((at) => outcomes[at]?.status !== 'cancelled')) {\n        const outcome",
    ],
    [commit, "!('expect' in write) ||", "!('expect' in write) || (write.kind === 'entity' && write.expect !== null) ||"],
  ),
  {
    ...rule('a reaction with clients reads what is not committed', [runRound, 'if (alone) await flush(round);', '']),
    scenario: 'priced',
  },
  rule('a done step expires like an entry', [
    claims,
    '  if (compensation.undoWindowHours === undefined) return {};',
    '  if (compensation.undoWindowHours === undefined) return { expiresAt: now + 600 };',
  ]),
  within('deployed', 'an older deployment reads a newer state as its own', [
    'lib/runtime/transaction/state-shape.ts',
    '  if (record.shapeVersion > version) {',
    '  if (record.shapeVersion < 1) {',
  ]),
  rule('a message older than the claims is run', [
    workItem,
    'if (ageSeconds <= settings.messageAgeSecondsMax) return undefined;',
    'if (ageSeconds > 0) return undefined;',
  ]),
];

/** Steps and what undoes them. */
const steps: readonly SeededBug[] = [
  bug('a trigger that comes first leaves no tombstone', [
    decide,
    "if (!claim || claim.state === 'failed') return { do: 'cancel' };",
    "if (!claim) return nothing('undone');\n  if (claim.state === 'failed') return { do: 'cancel' };",
  ]),
  rule('the key of an undo comes from its trigger', [
    transaction,
    "return hashOf(service, message.correlationid, reaction.name, 'undo');",
    "return hashOf(service, message.id, reaction.name, 'undo');",
  ]),
  rule('a decision is emitted and not written', [
    'functions/order/service.ts',
    "    tx.put(Order, orderId, { ...order, status: 'expired' });\n",
    '',
  ]),
  rule('a trigger on a started step does nothing', [
    decide,
    "return claim.undoRequested ? nothing('requested') : { do: 'request-undo' };",
    "return claim.undoRequested || claim.state === 'started' ? nothing('requested') : { do: 'request-undo' };",
  ]),
  bug('a step that is settled names its own message as what undid it', [
    claims,
    "task.role === 'trigger' ? task.original : (before?.undoRequested ?? before?.told)",
    'task.original',
  ]),
  rule('a trigger on a step that gave up does nothing', [
    decide,
    "if (claim.state === 'gave-up' && claim.firstCall === undefined) return { do: 'cancel' };",
    "if (claim.state === 'gave-up') return nothing('undone');",
  ]),
  rule('another event on a taken step counts as a duplicate', [
    decide,
    '  if (!sameMessage(claim, message)) {',
    '  if (!sameMessage(claim, message)) return undefined;\n  if (!sameMessage(claim, message)) {',
  ]),
  rule('the call is made before the step is started', [
    act,
    "    if (before?.state === 'started') return undefined;\n    const runningUntil",
    '    if (before || !before) return undefined;\n    const runningUntil',
  ]),
  rule(
    'a rerun need not repeat the recorded call',
    [runReaction, 'return recorded && !called ? notRepeated(recorded).ending : ending;', 'return ending;'],
    [outsideCalls, 'if (recorded && repeats && first) checkSame(asked, recorded, end);', ''],
  ),
  bug('a call that may be made once is made again by another process', [
    decide,
    "if (reaction.delivery === 'at-least-once' || own) return { do: 'act' };",
    "if (reaction.delivery === 'at-least-once' || own || !own) return { do: 'act' };",
  ]),
  {
    ...rule('the redrive of a told failure acts', [
      decide,
      "if (claim.undoRequested || claim.told) return called ? { do: 'settle' } : { do: 'cancel' };",
      "if (claim.undoRequested) return called ? { do: 'settle' } : { do: 'cancel' };",
    ]),
    scenario: 'told',
  },
  {
    ...rule('a redriven step calls without being started again', [
      act,
      "    if (before?.state === 'started') return undefined;\n    const runningUntil",
      "    if (before?.state === 'started' || before?.state === 'gave-up') return undefined;\n    const runningUntil",
    ]),
    scenario: 'redrive',
  },
  {
    ...rule('a key that the other side has forgotten is used again', [
      outsideCalls,
      'if (recorded && !known) checkLifetime(',
      'if (recorded && known) checkLifetime(',
    ]),
    scenario: 'told',
  },
];

/** Versions of events that change while messages are under way. */
const versions: readonly SeededBug[] = [
  within('versioned', 'a newer version is taken for the one that is known', [
    decode,
    '  if (!issue) return { ...envelope',
    '  if (!issue || issue) return { ...envelope',
  ]),
  within('versioned', 'an older message is not lifted', [
    decode,
    'if (version === current) return envelope;',
    'if (version <= current) return envelope;',
  ]),
  within('versioned', 'what only a newer deployment can read is a dead letter', [
    runRound,
    '  if (problem.retryable) {',
    "  if (problem.retryable && problem.code !== 'UNKNOWN_VERSION') {",
  ]),
  within('hurried', 'a stored message is given to a reaction as it was stored', [
    undo,
    "  if (decoded.kind === 'malformed') throw decoded.error;\n",
    '',
  ]),
  within('hurried', 'a call to be looked after is reported where a newer deployment can read its message', [
    settle,
    'task instanceof ChoreographyError && task.retryable',
    'task instanceof ChoreographyError && !task.retryable',
  ]),
];

/** Reading a stream whose shards are split and merged. */
const shards: readonly SeededBug[] = [
  within('resharded', 'a replay passes over shards that came of others', [
    'lib/operations/shard-walk.ts',
    'return listed.filter(({ id }) => !behindEnd.has(id));',
    'return listed.filter(({ id, parents }) => !behindEnd.has(id) && parents.length === 0);',
  ]),
  within('resharded', 'a task of the replay queue overtakes one of its saga', [
    'lib/embedded/hosts/replays-in-turn.ts',
    'held.has(group) ?',
    'held.has(`the others of ${group}`) ?',
  ]),
  within('resharded', 'a read model is switched before the last messages are read', [
    'lib/operations/generations/switch.ts',
    'closedAt + CLOCK_SKEW_SECONDS * 1000, options',
    'filled.record.until, options',
  ]),
];

/** Several operators at once, who go down in the middle of things. */
const operators: readonly SeededBug[] = [
  within('operated', 'a switch reads no further than the clock of an operator says', [
    'lib/operations/generations/switch.ts',
    'closedAt + CLOCK_SKEW_SECONDS * 1000, options',
    'closedAt, options',
  ]),
  within('operated', 'a case that is closed by hand forgets who asked for an undo', [
    'lib/operations/dead-letters/resolve.ts',
    "if (as !== 'failed') return { state: as };",
    "if (as !== 'failed' || as === 'failed') return { state: as };",
  ]),
];

/** What keeps failing. */
const failures: readonly SeededBug[] = [
  rule('later messages overtake a parked one', [runRound, '  if (line) return join(round, item, line);\n', '']),
  rule('an outage makes dead letters', [failure, '    return await context.health.succeededSince(reaction, since);', '    return true;']),
  rule('a redrive is recognised by the event alone', ['lib/runtime/journal/redrive.ts', '...reactions, redrives);', '...reactions);']),
  rule('a commit that finishes a claim leaves its dead letter open', [
    finish,
    'writes: [...writes, ...closeDeadLetters(closed, commit, clock.now())],',
    'writes: [...writes],',
  ]),
];

/** Each must be caught by the simulation within 1,000 sagas. */
export const seededBugs: readonly SeededBug[] = [...outbox, ...journal, ...steps, ...versions, ...shards, ...operators, ...failures];
