import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** What the compiler says to each mistake: the first line whole, and the line below it that tells what to do where the first does not. */
const expected: Readonly<Record<string, readonly [first: string, below?: string]>> = {
  undeclaredEmit: [
    `TS2345: Argument of type 'EventType<"InventoryRejected", { readonly orderId: string; readonly sku: string; }>' is not assignable to parameter of type '"InventoryRejected is not in this reaction's emits"'.`,
  ],
  failWithAnEmit: [
    `TS2345: Argument of type 'EventType<"InventoryRejected", { readonly orderId: string; readonly sku: string; }>' is not assignable to parameter of type '"InventoryRejected is not in this reaction's fails"'.`,
  ],
  emitWithoutAnyEmits: [
    `TS2345: Argument of type 'EventType<"InventoryRejected", { readonly orderId: string; readonly sku: string; }>' is not assignable to parameter of type '"InventoryRejected is not in this reaction's emits"'.`,
  ],
  undeclaredSchedule: [
    `TS2345: Argument of type 'EventType<"OrderExpired", { readonly orderId: string; }>' is not assignable to parameter of type '"OrderExpired is not in this reaction's schedules"'.`,
  ],
  missingField: [
    `TS2741: Property 'reservationId' is missing in type '{ orderId: string; }' but required in type '{ readonly orderId: string; readonly reservationId: string; }'.`,
  ],
  wrongField: [`TS2322: Type 'number' is not assignable to type 'string'.`],
  nothingToUndoWith: [`TS2339: Property 'items' does not exist on type 'void'.`],
  stepWithoutAField: [`TS2339: Property 'items' does not exist on type 'void'.`],
  onePathReturnsNothing: [`TS2339: Property 'items' does not exist on type '{ items: readonly OrderItem[]; } | undefined'.`],
  compensationAboveReact: [`TS2339: Property 'items' does not exist on type 'void'.`],
  upcastLeavesAFieldOut: [
    `TS2741: Property 'currency' is missing in type '{ orderId: string; items: readonly OrderItem[]; }' but required in type 'OrderPlacedData'.`,
  ],
  upcastOfTheCurrentVersion: [
    `TS2345: Argument of type 'EventType<"OrderPlaced", OrderPlacedData>' is not assignable to parameter of type 'PastVersion<string, unknown, unknown>'.`,
    `Type '"event"' is not assignable to type '"past"'.`,
  ],
  reactToAName: [`TS2322: Type 'string' is not assignable to type 'readonly Trigger[] | Trigger'.`],
  failWithoutReturn: [`TS18048: 'first' is possibly 'undefined'.`],
  reactToAnOlderVersion: [
    `TS2322: Type 'PastVersion<"OrderPlaced", OrderPlacedV1Data, OrderPlacedData>' is not assignable to type 'readonly Trigger[] | Trigger'.`,
    `Property 'subject' is missing in type 'PastVersion<"OrderPlaced", OrderPlacedV1Data, OrderPlacedData>' but required in type 'EventType<string, unknown>'.`,
  ],
  commandWithoutAnAnswer: [
    `TS2322: Type '() => void' is not assignable to type '(event: Envelope<"PlaceOrder", Omit<OrderPlacedData, "orderId">>, tx: TransactionFor<CommandType<"PlaceOrder", Omit<OrderPlacedData, "orderId">, { ...; }>, never, never, never, {}>) => Awaitable<...>'.`,
    `Type 'void' is not assignable to type 'Awaitable<{ readonly orderId: string; }>'.`,
  ],
  clientInPlaceOfItsDeclaration: [
    `TS2353: Object literal may only specify known properties, and 'charge' does not exist in type 'ClientType<unknown>'.`,
  ],
  undeclaredClient: [`TS2551: Property 'gatewy' does not exist on type '{ gateway: { charge(): void; }; }'. Did you mean 'gateway'?`],
  stateOfAnotherShape: [
    `TS2561: Object literal may only specify known properties, but 'availble' does not exist in type '{ readonly available: number; }'. Did you mean to write 'available'?`,
  ],
  definitionInPlaceOfAReaction: [
    `TS2740: Type 'EventType<"OrderPlaced", OrderPlacedData>' is missing the following properties from type 'readonly Trigger[]': length, concat, join, slice, and 26 more.`,
  ],
  reactionInPlaceOfAService: [
    `TS2739: Type 'Reaction<{}>' is missing the following properties from type 'Service<any>': source, reactions, upcasts, inbound`,
  ],
};

interface Said {
  readonly first: string;
  readonly below: readonly string[];
}

async function compile(): Promise<string> {
  const options = ['-p', 'test/types/tsconfig.mistakes.json', '--pretty', 'false'];
  const { stdout } = await promisify(execFile)('node_modules/.bin/tsc', options).catch((error: { readonly stdout: string }) => error);
  return stdout;
}

/** The constant whose declaration holds a line of mistakes.ts. */
function mistakeAt(line: number): string {
  const above = readFileSync('test/types/mistakes.ts', 'utf8').split('\n').slice(0, line).join('\n');
  return [...above.matchAll(/^export const (\w+)/gm)].at(-1)?.[1] ?? 'before the first mistake';
}

/** The first thing said about each mistake. */
function bySubject(output: string): ReadonlyMap<string, Said> {
  const said = new Map<string, Said>();
  for (const [, line, first = '', rest = ''] of output.matchAll(/^test\/types\/mistakes\.ts\((\d+),\d+\): error (.*)\n((?: .*\n)*)/gm)) {
    const name = mistakeAt(Number(line));
    if (!said.has(name)) said.set(name, { first, below: rest.split('\n').map((text) => text.trim()) });
  }
  return said;
}

const said = bySubject(await compile());

test('every mistake is refused, and each has its sentence here', () => {
  const mistakes = [...readFileSync('test/types/mistakes.ts', 'utf8').matchAll(/^export const (\w+)/gm)].map(([, name]) => name);
  expect([...said.keys()]).toEqual(mistakes);
  expect(Object.keys(expected)).toEqual(mistakes);
});

test.each(Object.entries(expected))('%s', (name, [first, below]) => {
  expect(said.get(name)?.first).toBe(first);
  if (below !== undefined) expect(said.get(name)?.below).toContain(below);
});
