import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** What each app makes that AWS takes once in an environment: which construct was the first. */
const makers = new WeakMap<IConstruct, Map<string, IConstruct>>();

/** The construct that made `what` before this one, for the same environment; absent: this is the first. `app`: within which to look. */
export function madeBefore(app: IConstruct, scope: IConstruct, what: string): IConstruct | undefined {
  const ofApp = makers.get(app) ?? new Map<string, IConstruct>();
  makers.set(app, ofApp);
  const key = `${Stack.of(scope).environment} ${what}`;
  const before = ofApp.get(key);
  if (before === undefined) ofApp.set(key, scope);
  return before;
}
