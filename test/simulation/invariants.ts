// What must hold for any choreography under any faults, judged from outside: from the journals and from the stream.
import type { Choreography, Envelope } from 'aws-choreography';
import type { RunnableReaction } from '../../lib/contract/reaction-checks.ts';
import { reactionsOf } from '../../lib/contract/service.ts';
import type { MemoryStore } from '../../lib/embedded/memory/store.ts';
import type { Claim } from '../../lib/runtime/journal/claim.ts';
import { keyText } from '../../lib/runtime/journal/item-key.ts';
import type { Unit } from '../../lib/runtime/journal/unit.ts';
import { claimKey } from '../../lib/runtime/tasks/task.ts';

/** A unit that got into a service's journal. */
export interface Commit {
  readonly service: string;
  readonly unit: Unit;
}

/** What an invariant looks at. */
export interface World {
  readonly choreography: Choreography;
  /** In order. */
  readonly commits: readonly Commit[];
  /** Claims may be gone by the end. */
  readonly claimsExpire: boolean;
  store(service: string): MemoryStore;
  /** Every event that got onto the stream, duplicates included, in order of the shards. */
  readonly published: readonly { readonly envelope: Envelope; readonly shard: string; readonly sequenceNumber: string }[];
}

const identity = ({ source, id }: Pick<Envelope, 'source' | 'id'>) => `${source}|${id}`;

/** What each commit said that it sends out. */
function emittedBy(
  commits: readonly Commit[],
): readonly { service: string; events: readonly Envelope[]; scheduled: readonly Envelope[] }[] {
  return commits.flatMap(({ service, unit }) =>
    unit.writes.flatMap((write) => {
      if (write.kind !== 'claim') return [];
      const emission = write.put.emissions.find(({ commit }) => commit === unit.id);
      return emission ? [{ service, events: emission.events, scheduled: emission.scheduled }] : [];
    }),
  );
}

/** Events that were given up on the way out, and events of commits whose claim was gone: somebody is told. */
function toldLost(store: MemoryStore): { readonly events: ReadonlySet<string | undefined>; readonly orphans: boolean } {
  const letters = store.allDeadLetters().filter(({ phase }) => phase === 'publish');
  return { events: new Set(letters.map(({ message }) => message && identity(message))), orphans: letters.some(({ message }) => !message) };
}

/** I2, I3: what is committed is published, as it was committed; what is published was committed. */
export function judgePublishing({ choreography, commits, store, published, claimsExpire }: World): string[] {
  const problems: string[] = [];
  const onStream = new Map(published.map(({ envelope }) => [identity(envelope), JSON.stringify(envelope)]));
  const committed = new Set<string>();
  for (const { name } of choreography.services) {
    if (store(name).outboxSize() > 0) problems.push(`the outbox of ${name} still holds ${store(name).outboxSize()} commits`);
  }
  for (const { service, events, scheduled } of emittedBy(commits)) {
    const told = toldLost(store(service));
    if (told.orphans && !claimsExpire)
      problems.push(`the outbox of ${service} names a commit that its claim does not hold, and no claim has expired`);
    for (const event of [...events, ...scheduled]) {
      committed.add(identity(event));
      const text = onStream.get(identity(event));
      if (text === undefined && !told.events.has(identity(event)) && !told.orphans)
        problems.push(`${service} committed ${event.type} ${event.id}, and it was never published`);
      else if (text !== undefined && text !== JSON.stringify(event))
        problems.push(`${service} published ${event.type} ${event.id} with other bytes than it committed`);
    }
  }
  const services = new Set(choreography.services.map(({ name }) => name));
  for (const { envelope } of published) {
    if (services.has(envelope.source) && !committed.has(identity(envelope)))
      problems.push(`${envelope.source} published ${envelope.type} ${envelope.id} without a commit`);
  }
  return [...new Set(problems)];
}

/** Read models are left out: they have claims in each of their generations, and whoever rebuilds them looks at what they hold. */
function concerned(reactions: readonly RunnableReaction[], { type }: Envelope): readonly RunnableReaction[] {
  return reactions.filter(
    ({ on, compensation, reprocessable }) =>
      !reprocessable && (on.some((message) => message.type === type) || compensation?.on.some((message) => message.type === type)),
  );
}

/** A step that belongs to another message: this one has to be a dead letter. */
function isOverlooked({ message }: Claim, reaction: RunnableReaction, envelope: Envelope): boolean {
  return reaction.on.some(({ type }) => type === envelope.type) && message !== undefined && identity(message) !== identity(envelope);
}

/** I4: every event that concerns a reaction left a claim or a dead letter. */
export function judgeNothingLost({ choreography, store, published }: World): string[] {
  const problems: string[] = [];
  for (const service of choreography.services) {
    const claims = new Map(
      store(service.name)
        .allClaims()
        .map((claim) => [keyText(claim.key), claim]),
    );
    const dead = new Set(
      store(service.name)
        .allDeadLetters()
        .map(({ message }) => message && identity(message)),
    );
    const parked = new Set(
      store(service.name)
        .allMarkers()
        .map(({ saga }) => saga),
    );
    for (const { envelope } of published) {
      for (const reaction of concerned(reactionsOf(service), envelope)) {
        if (dead.has(identity(envelope)) || parked.has(envelope.correlationid)) continue;
        const claim = claims.get(keyText(claimKey(reaction, envelope)));
        if (!claim) problems.push(`${envelope.type} ${envelope.id} never reached ${reaction.name} of ${service.name}`);
        else if (isOverlooked(claim, reaction, envelope))
          problems.push(`${envelope.type} ${envelope.id} was taken for another message by ${reaction.name} of ${service.name}`);
      }
    }
  }
  return [...new Set(problems)];
}

/** Which commit it was that a reaction ended with. */
function firstReaction(claim: Claim): string | undefined {
  const [first] = claim.emissions;
  return first?.phase === 'react' ? first.commit : undefined;
}

/** I5: a service handles the events of one saga in the order of the stream, unless one of them is a dead letter. */
export function judgeOrder({ choreography, commits, store, published }: World): string[] {
  const problems: string[] = [];
  const order = new Map(commits.map(({ unit }, index) => [unit.id, index]));
  const position = new Map<string, number>();
  for (const [index, { envelope }] of published.entries()) if (!position.has(identity(envelope))) position.set(identity(envelope), index);
  for (const service of choreography.services.filter(({ source }) => source === 'stream')) {
    if (reactionsOf(service).every(({ reprocessable }) => reprocessable)) continue; // claims of several generations
    const dead = new Set(
      store(service.name)
        .allDeadLetters()
        .map(({ message }) => message?.correlationid),
    );
    const bySaga = new Map<string, Claim[]>();
    for (const claim of store(service.name).allClaims()) bySaga.set(claim.saga, [...(bySaga.get(claim.saga) ?? []), claim]);
    for (const [saga, claims] of bySaga) {
      if (dead.has(saga)) continue;
      const handled = claims.flatMap((claim) => {
        const at = order.get(firstReaction(claim) ?? '');
        const place = claim.message && position.get(identity(claim.message));
        return at === undefined || place === undefined ? [] : [{ at, place, reaction: claim.reaction }];
      });
      handled.sort((a, b) => a.place - b.place);
      for (const [index, next] of handled.entries()) {
        const before = handled[index - 1];
        if (before && before.at > next.at)
          problems.push(`${service.name} ran ${next.reaction} before ${before.reaction} in saga ${saga}, against the order of the stream`);
      }
    }
  }
  return problems;
}

/** While an action waits in its saga's line, nothing that comes from the stream and undoes it gets through; a replay may. */
export function judgeOvertaking({ choreography, commits }: World): string[] {
  const problems: string[] = [];
  const ordered = new Set(choreography.services.filter(({ source }) => source === 'stream').map(({ name }) => name));
  const lines = new Map<string, readonly { readonly source: string; readonly id: string }[]>();
  const requested = new Set<string>(); // what was asked for before its action came into a line overtook nothing
  for (const { service, unit } of commits) {
    for (const write of unit.writes) {
      if (write.kind === 'saga') lines.set(`${service} ${write.saga}`, write.put?.members ?? []);
      if (write.kind !== 'claim' || !ordered.has(service)) continue;
      const { message, state, undoRequested, reaction, saga, version } = write.put;
      const claim = `${service} ${keyText(write.key)}`;
      const isNew = undoRequested !== undefined && undoRequested.replayid === undefined && !requested.has(claim);
      if (isNew) requested.add(claim);
      const waits = message && lines.get(`${service} ${saga}`)?.some((member) => identity(member) === identity(message));
      if (waits && state === 'started' && isNew && version === unit.id)
        problems.push(`${reaction} of ${service} was asked to undo while its action waited in the line of saga ${saga}`);
    }
  }
  return problems;
}

/** Every step and entry is settled, or somebody is told. */
export function judgeClaims({ choreography, store }: World): string[] {
  const problems: string[] = [];
  for (const { name } of choreography.services) {
    const open = new Set(
      store(name)
        .allDeadLetters()
        .filter(({ state }) => state !== 'closed')
        .map(({ id }) => id),
    );
    const openMessages = new Set(
      store(name)
        .allDeadLetters()
        .filter(({ state }) => state !== 'closed')
        .map(({ message }) => message && identity(message)),
    );
    for (const claim of store(name).allClaims()) {
      const told = claim.deadLetters.some((id) => open.has(id)) || (claim.message && openMessages.has(identity(claim.message)));
      if (
        claim.state === 'started' &&
        !told &&
        !store(name)
          .allMarkers()
          .some(({ saga }) => saga === claim.saga)
      )
        problems.push(`${claim.reaction} of ${name} stays started in saga ${claim.saga}`);
      if (claim.state === 'gave-up' && !told)
        problems.push(`${claim.reaction} of ${name} gave up in saga ${claim.saga} without an open dead letter`);
      if (claim.state !== 'gave-up' && claim.undoRequested && claim.state !== 'undone' && claim.state !== 'cancelled' && !told)
        problems.push(`${claim.reaction} of ${name} was asked to undo in saga ${claim.saga} and is ${claim.state}`);
    }
    for (const { id, state, message } of store(name).allDeadLetters()) {
      if (state === 'redriven')
        problems.push(`the dead letter ${id} of ${message?.type} in ${name} was redriven, and nothing is on its way`);
    }
    for (const id of open) {
      const letter = store(name)
        .allDeadLetters()
        .find((document) => document.id === id);
      const claimed = store(name)
        .allClaims()
        .find((claim) => claim.message?.id === letter?.message?.id && letter?.reactions.includes(claim.reaction));
      if (
        letter?.phase === 'react' &&
        claimed &&
        claimed.state !== 'gave-up' &&
        !claimed.deadLetters.includes(id) &&
        claimed.state !== 'started'
      ) {
        if (letter.error.code !== 'STEP_TAKEN' && letter.error.code !== 'ID_REUSED')
          problems.push(`the dead letter of ${letter.message?.type} in ${name} is open, but ${claimed.reaction} is ${claimed.state}`);
      }
    }
  }
  return problems;
}

/** Each undo names what it was made on: an event that went out and undoes the reaction, or the failure that its own give-up told. */
export function judgeTriggers({ choreography, store, published }: World): string[] {
  const out = new Set(published.map(({ envelope }) => identity(envelope)));
  return choreography.services.flatMap((service) => {
    const undoing = new Map(reactionsOf(service).map(({ name, compensation }) => [name, compensation?.on.map(({ type }) => type) ?? []]));
    return store(service.name)
      .allClaims()
      .flatMap(({ reaction, saga, told, emissions }) =>
        emissions.flatMap(({ phase, trigger }) => {
          const isTold = trigger && told && identity(trigger) === identity(told);
          const isKnown = trigger && out.has(identity(trigger)) && undoing.get(reaction)?.includes(trigger.type);
          if (phase !== 'undo' || isTold || isKnown) return [];
          return [`${reaction} of ${service.name} was undone in saga ${saga} on ${trigger ? `${trigger.type} ${trigger.id}` : 'nothing'}`];
        }),
      );
  });
}

/** All of them. */
export function judgeWorld(world: World): string[] {
  const lost = world.claimsExpire ? [] : judgeNothingLost(world);
  const claims = [...judgeOvertaking(world), ...judgeClaims(world), ...judgeTriggers(world)];
  return [...judgePublishing(world), ...lost, ...judgeOrder(world), ...claims];
}
