/**
 * Makes a copy of an object cost a sixth, where the object was put together property by property: V8 keeps such a one as a
 * dictionary, until another object that inherits from it is looked through. The SDK copies its client's configuration four
 * times a call. The object stays what it was; an engine that does otherwise loses nothing.
 */
export function quickenCopies(object: object): void {
  for (const _ in Object.create(object)) break;
}
