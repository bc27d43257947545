/** The settings of a service that operators go by. */
export interface OperatorBounds {
  /** What is older it never runs, and has no claim of. @default - that of the runtime */
  readonly messageAgeSecondsMax?: number;
  /** Redrives after which a dead letter is quarantined. @default - that of the runtime */
  readonly redrivesMax?: number;
}

/** Those of them that are set, of all settings or of an address: what else is there is left out. */
export function operatorBounds({ messageAgeSecondsMax, redrivesMax }: OperatorBounds): OperatorBounds {
  return {
    ...(messageAgeSecondsMax === undefined ? {} : { messageAgeSecondsMax }),
    ...(redrivesMax === undefined ? {} : { redrivesMax }),
  };
}
