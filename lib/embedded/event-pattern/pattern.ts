/** A value at the end of a path in an event. */
export type Scalar = string | number | boolean | null;

type OneOrMore<T> = T | readonly T[];
type CaseInsensitive = { readonly 'equals-ignore-case': string };

/** One entry of a field's list: a plain value, or an object with exactly one operator. */
export type FieldCondition =
  | Scalar
  | { readonly exactly: string }
  | { readonly prefix: string | CaseInsensitive }
  | { readonly suffix: string | CaseInsensitive }
  | CaseInsensitive
  | { readonly wildcard: string }
  | { readonly numeric: readonly (string | number)[] }
  | { readonly cidr: string }
  | { readonly exists: boolean }
  | {
      readonly 'anything-but':
        | OneOrMore<string>
        | OneOrMore<number>
        | { readonly prefix: OneOrMore<string> }
        | { readonly suffix: OneOrMore<string> }
        | { readonly 'equals-ignore-case': OneOrMore<string> }
        | { readonly wildcard: OneOrMore<string> };
    };

/**
 * An Amazon EventBridge event pattern: shaped like the event, with a list of conditions at each field. Fields are
 * joined by "and", the entries of a list by "or"; `$or` takes two or more patterns of which one must match.
 */
export interface EventPattern {
  readonly $or?: readonly EventPattern[];
  readonly [field: string]: EventPattern | readonly FieldCondition[] | readonly EventPattern[] | undefined;
}
