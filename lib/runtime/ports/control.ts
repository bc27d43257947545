/** Whether a consumer takes messages, and why not. */
export interface ConsumerState {
  readonly paused: boolean;
  readonly reason?: string;
  /** Milliseconds since 1970. */
  readonly since?: number;
}

/** The control table of the backbone: what operators and the runtime decide about consumers. */
export interface Control {
  consumer(name: string): Promise<ConsumerState>;
  setConsumer(name: string, state: ConsumerState): Promise<void>;
}
