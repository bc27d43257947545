/** One reason why the schemas may not be published as they are. */
export interface GateFinding {
  /** Relative to the directory of the schemas. */
  readonly file: string;
  readonly type: string;
  readonly version: number;
  /** JSON Pointer into the data, `''` for the whole; `*` stands for any item or property. */
  readonly path: string;
  /** Stable: a rule of the compatibility check, or `version-changed`, `version-removed`, `acceptance-unused`, `field-missing`, `field-optional`, `field-type`. */
  readonly rule: string;
  /** The older version that it breaks with. @default - none */
  readonly against?: number;
  readonly direction?: 'backward' | 'forward';
  /** The service that the version breaks, and the reaction that reads the field. @default - none */
  readonly consumer?: string;
  readonly reaction?: string;
  readonly message: string;
  readonly fix: string;
}
