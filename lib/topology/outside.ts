/** An event that comes from outside; `after`: it answers one of these events of ours, in the same saga. */
export interface OutsideEvent {
  readonly type: string;
  /** Types. @default - it begins a saga of its own, or ends one early */
  readonly after?: readonly string[];
}

/** Messages of systems that have no manifest here. */
export interface OutsideSystems {
  /** Events that come from elsewhere, by type. An event of an inbound may be named to say what it answers. @default [] */
  readonly emits?: readonly (string | OutsideEvent)[];
  /** Types of events that somebody elsewhere takes. @default [] */
  readonly consumes?: readonly string[];
}

/** What comes from outside, in its long form. */
export function outsideEvents({ emits = [] }: OutsideSystems): readonly Required<OutsideEvent>[] {
  return emits.map((event) => (typeof event === 'string' ? { type: event, after: [] } : { type: event.type, after: event.after ?? [] }));
}
