import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { redeliveryCheck, restChecks, stateOf } from './checks.ts';
import type { TroubleLeft } from './leave.ts';
import { type DemoOptions, failureKind } from './options.ts';
import { planOrders, type Wave } from './plan.ts';
import type { DeadLetterReport, DemoPart, DemoResult } from './report.ts';
import type { Sample } from './sample.ts';
import { createStage, type RunningSaga, type Stage } from './stage.ts';

/** Shows one part as soon as it is known. */
export type Show = (part: DemoPart) => void;

/** A run, and what of it has been shown. */
interface Play {
  readonly stage: Stage;
  readonly show: Show;
  readonly startedAt: number;
  readonly shown: Set<RunningSaga>;
  readonly letters: Map<string, DeadLetterReport>;
}

/** Seconds after a deadline at which everything that it set off has come to rest. */
const REST_SECONDS = 120;
/** Times that the demo waits as long as the deadline takes for sagas that have not ended. */
const ROUNDS_MAX = 8;

function letterOf({ consumer, error, message }: DeadLetter): DeadLetterReport {
  return { service: consumer, code: error.code, message: error.message, ...(message ? { type: message.type } : {}) };
}

function inOrder({ sagas }: Stage): readonly RunningSaga[] {
  return [...sagas].sort((left, right) => left.order.number - right.order.number);
}

/** Shows what has ended since the last time, and what became a dead letter. */
function showNews({ stage, show, shown, letters }: Play, all = false): void {
  for (const saga of inOrder(stage)) {
    if (shown.has(saga)) continue;
    const report = stage.report(saga);
    if (report.ending === 'open' && !all) continue;
    shown.add(saga);
    show({ kind: 'saga', saga: report });
  }
  const found = stage.sample.choreography.services.flatMap(({ name }) => [...stage.engine.store(name).allDeadLetters()].reverse());
  for (const letter of found) {
    if (letters.has(letter.id)) continue;
    letters.set(letter.id, letterOf(letter));
    show({ kind: 'dead-letter', letter: letterOf(letter) });
  }
  show({ kind: 'meanwhile', troubles: stage.troubles.sinceLast() });
}

/** The twin of an event that some other program wrote: its data does not meet the schema. */
function putPoison({ stage: { engine, sample }, show }: Play): void {
  const whole = engine.published().find(({ envelope }) => envelope.type === sample.poison.type)?.envelope;
  if (!whole) return;
  const broken = {
    ...whole,
    id: 'poison',
    source: 'some-script',
    correlationid: 'poison',
    causationid: 'poison',
    partitionkey: 'poison',
    data: sample.poison.data,
  };
  show({ kind: 'note', text: `A foreign program puts a broken ${whole.type} onto the stream. It must not stop the others.` });
  engine.putRecord(JSON.stringify(broken), broken.partitionkey);
}

/** The orders of a wave that meets a service which is down: their deadline ends them, and what comes late is undone. */
async function playDeadline(play: Play, wave: Wave, down: string): Promise<void> {
  const { stage, show } = play;
  const { seconds } = stage.sample.deadline;
  show({ kind: 'note', text: `${down} is down. An order arrives, and ${seconds / 60} minutes pass; then ${down} is back.` });
  await stage.engine.pause(down);
  await Promise.all(wave.orders.map(stage.place));
  await stage.engine.settle({ advanceSeconds: seconds + REST_SECONDS });
  await stage.engine.resume(down);
  await stage.engine.settle();
  showNews(play);
}

async function playWave(play: Play, wave: Wave): Promise<void> {
  if (wave.down !== undefined) return playDeadline(play, wave, wave.down);
  const { stage } = play;
  await Promise.all(wave.orders.map(stage.place));
  if (wave.poison) putPoison(play);
  await stage.engine.settle();
  showNews(play);
}

/** All the waves; with `--fail` on a service that cannot refuse, it is down until the last order is placed. */
async function playAll(play: Play, options: DemoOptions): Promise<void> {
  const { stage, show } = play;
  const { engine, sample, log } = stage;
  const down = options.fail !== undefined && failureKind(options.fail, sample) === 'down' ? options.fail : undefined;
  if (down !== undefined) {
    await engine.pause(down);
    show({ kind: 'note', text: `${down} is down. Orders go on without it.` });
  }
  for (const wave of planOrders(options, sample)) await playWave(play, wave);
  if (down === undefined) return;
  const before = log.facts.length;
  const waiting = engine.behind(down);
  show({ kind: 'note', text: `${down} is back. ${waiting} messages are waiting for it.` });
  await engine.resume(down);
  await engine.settle();
  const caughtUp = log.facts.slice(before).filter(({ service, outcome }) => service === down && outcome === 'done').length;
  show({ kind: 'note', text: `${down} has caught up: ${caughtUp} reactions, none of them twice.` });
}

/** All orders while a service that no saga waits for is in trouble; what that leaves behind is for an operator. */
async function playAndLeave(play: Play, options: DemoOptions, leave: TroubleLeft): Promise<void> {
  const { stage, show } = play;
  const { bystander } = stage.sample;
  const before = { failed: 'fails on every message', paused: 'is paused', missed: 'is switched off, and sees no message' }[leave];
  show({ kind: 'note', text: `${bystander} ${before}. Orders go on without it.` });
  if (leave === 'paused') await stage.engine.pause(bystander, 'the mailer is replaced');
  else stage.troubled.now = leave;
  for (const wave of planOrders({ ...options, faults: 'none' }, stage.sample)) await playWave(play, wave);
  stage.troubled.now = undefined;
  const after = {
    failed: 'is fixed; the messages that failed are left',
    paused: 'stays paused',
    missed: 'is back; the messages that it missed are left',
  }[leave];
  show({ kind: 'note', text: `${bystander} ${after} for you: see docs/recovery.md.` });
}

/** Waits until every deadline has passed and nothing is parked any more; virtual time costs nothing. */
async function rest(play: Play): Promise<void> {
  const { stage } = play;
  const isOpen = () => stage.sagas.some((saga) => stage.report(saga).ending === 'open');
  for (let round = 0; round === 0 || (round < ROUNDS_MAX && isOpen()); round += 1) {
    await stage.engine.settle({ advanceSeconds: stage.sample.deadline.seconds + REST_SECONDS });
  }
  showNews(play, true);
}

/** Everything that was ever published, once more and in the same order. */
async function redeliver({ engine }: Stage): Promise<number> {
  const records = [...engine.published()];
  for (const { envelope } of records) engine.putRecord(JSON.stringify(envelope), envelope.partitionkey);
  await engine.settle({ advanceSeconds: REST_SECONDS });
  return records.length;
}

function brokenText({ fail }: DemoOptions, { refusals }: Sample): string | undefined {
  if (fail === undefined) return undefined;
  return Object.hasOwn(refusals, fail) ? `${fail} refuses all orders (${refusals[fail]})` : `${fail} is down`;
}

/** A demo that was played: what it came to, and the stage as it was left. */
export interface PlayedDemo {
  readonly result: DemoResult;
  readonly stage: Stage;
}

/** Plays the demo, and shows each part as it happens. The same options give the same parts. */
export async function runDemo(sample: Sample, options: DemoOptions, show: Show): Promise<PlayedDemo> {
  const stage = createStage(sample, options);
  const play: Play = { stage, show, startedAt: stage.engine.scheduler.now(), shown: new Set(), letters: new Map() };
  const broken = brokenText(options, sample);
  show({ kind: 'opening', options, services: stage.engine.services, ...(broken === undefined ? {} : { broken }) });
  await (options.leave === undefined ? playAll(play, options) : playAndLeave(play, options, options.leave));
  await rest(play);
  const eventsPublished = stage.engine.published().length;
  const checks = [...stage.world.checks(stage.view()), ...restChecks(stage)];
  const troubles = stage.troubles.total();
  const duplicatesRefused = stage.duplicatesRefused();
  const sagas = inOrder(stage).map(stage.report);
  if (options.leave === undefined) {
    const before = stateOf(stage);
    const redelivered = await redeliver(stage);
    checks.push(redeliveryCheck(before, stateOf(stage), redelivered));
  }
  const result: DemoResult = {
    options,
    ok: checks.every(({ holds }) => holds),
    sagas,
    troubles,
    duplicatesRefused,
    eventsPublished,
    deadLetters: [...play.letters.values()],
    checks,
    virtualSeconds: Math.round((stage.engine.scheduler.now() - play.startedAt) / 1000),
    trace: stage.engine.trace(),
  };
  show({ kind: 'summary', result });
  return { result, stage };
}
