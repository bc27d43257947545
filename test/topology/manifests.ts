// Manifests in few words: a message is `OrderPlaced`, in another version `OrderPlaced@2`.

import type { CheckOptions } from '../../lib/topology/check.ts';
import { checkManifests } from '../../lib/topology/check.ts';
import type { CheckCode } from '../../lib/topology/codes.ts';
import type { Finding } from '../../lib/topology/finding.ts';
import type { MessageReference, ReactionManifest, ServiceManifest } from '../../lib/topology/manifest.ts';
import { findingText } from '../../lib/topology/report-text.ts';

export interface ReactionWords {
  readonly command?: string;
  readonly on?: readonly string[];
  readonly emits?: readonly string[];
  readonly fails?: readonly string[];
  readonly schedules?: readonly string[];
  readonly undoneBy?: readonly string[];
  readonly undoEmits?: readonly string[];
  readonly tellsGivingUp?: boolean;
  readonly callsOutside?: boolean;
  readonly reprocessable?: boolean;
}

interface ServiceWords {
  readonly source?: 'stream' | 'bus';
  /** `ParcelScanned`, or `ParcelScanned answers LabelIssued`. */
  readonly inbound?: readonly string[];
  readonly lifts?: readonly string[];
}

function reference(word: string, kind: 'event' | 'command' = 'event'): MessageReference {
  const [type = '', version = '1'] = word.split('@');
  return { kind, type, version: Number(version) };
}

function references(words: readonly string[] = []): readonly MessageReference[] {
  return words.map((word) => reference(word));
}

function reaction(name: string, words: ReactionWords): ReactionManifest {
  const { command, on, emits, fails, schedules, undoneBy, undoEmits, tellsGivingUp = false, callsOutside, reprocessable = false } = words;
  return {
    name,
    on: [...(command === undefined ? [] : [reference(command, 'command')]), ...references(on)],
    emits: references(emits),
    fails: references(fails),
    schedules: references(schedules),
    onGiveUp: tellsGivingUp,
    ...(undoneBy ? { compensation: { on: references(undoneBy), emits: references(undoEmits) } } : {}),
    clients: callsOutside ? [{ name: 'gateway', readOnly: false, keyLifetimeHours: 24 }] : [],
    delivery: 'at-least-once',
    reprocessable,
    retryAttempts: 5,
  };
}

/** A service with its reactions by name. */
export function manifest(service: string, reactions: Readonly<Record<string, ReactionWords>>, words: ServiceWords = {}): ServiceManifest {
  const { source = 'stream', inbound = [], lifts } = words;
  return {
    manifestVersion: 1,
    service,
    source,
    reactions: Object.entries(reactions).map(([name, one]) => reaction(name, one)),
    inbounds: inbound.map((word) => {
      const [event = '', ...answers] = word.split(' answers ');
      return { event: reference(event), from: { queue: 'incoming' }, ...(answers.length === 0 ? {} : { answers: references(answers) }) };
    }),
    lifts: references(lifts).map(({ type, version }) => ({ type, version })),
  };
}

/** Findings of one code as a team reads them. */
export function texts(code: CheckCode, manifests: readonly ServiceManifest[], options?: CheckOptions): readonly string[] {
  const { findings } = checkManifests(manifests, options);
  return findings.filter((finding: Finding) => finding.code === code).map((finding) => findingText(finding));
}

/** A mistake, and word for word what is said of it. */
export interface Broken {
  readonly what: string;
  readonly code: CheckCode;
  readonly manifests: readonly ServiceManifest[];
  readonly options?: CheckOptions;
  /** Findings as lines. */
  readonly says: readonly (readonly string[])[];
}
