// What schemas cost: validating an event beside parsing it, the first validation of a process that was just started, and
// the check of a changed schema before it is published.
import { readFile } from 'node:fs/promises';
import { message } from 'aws-choreography/testing';
import * as validation from 'aws-choreography/validation';
import { type CompatibilityReport, checkCompatibility } from '../lib/schema/compatibility/check-compatibility.ts';
import type { SchemaObject } from '../lib/schema/schema-set.ts';
import { OrderPlaced, type OrderPlacedData } from '../schemas/generated/index.ts';
import { validateOrderPlaced } from '../schemas/generated/validators.ts';
import { cpuMicroseconds, cpuPerItem, type Figure, median } from './measure.ts';

const EVENTS = 20_000;
const ROUNDS = 9;
const LOADS = 25;
const CHECKS = 20;
const PROPERTIES = 200;
const EVENT_BYTES = 385;

type Validate = (data: unknown) => boolean;

/** An event of just that many bytes, as it stands in the stream. */
function eventText(): string {
  const body = (customerId: string): string => {
    const items: OrderPlacedData['items'] = [{ sku: 'tea', quantity: 1 }];
    const data: OrderPlacedData = { orderId: 'o-1', customerId, items, totalCents: 900, currency: 'EUR' };
    const { causationid: _, ...first } = message(OrderPlaced, data, { id: 'e-1', correlationid: 's-1' }); // nothing caused it
    return JSON.stringify(first);
  };
  const text = body('c'.repeat(1 + Math.max(0, EVENT_BYTES - Buffer.byteLength(body('c')))));
  if (Buffer.byteLength(text) !== EVENT_BYTES) throw new Error(`the event has ${Buffer.byteLength(text)} bytes, not ${EVENT_BYTES}`);
  return text;
}

async function parseCost(text: string): Promise<number> {
  let found = 0;
  const cost = await cpuPerItem(ROUNDS, EVENTS, async () => {
    for (let run = 0; run < EVENTS; run += 1) if ('data' in JSON.parse(text)) found += 1;
  });
  if (found !== (ROUNDS + 1) * EVENTS) throw new Error('an event was not read');
  return cost;
}

async function validateCost(data: unknown): Promise<number> {
  return cpuPerItem(ROUNDS, EVENTS, async () => {
    for (let run = 0; run < EVENTS; run += 1) if (!validateOrderPlaced(data)) throw new Error('the event is not valid');
  });
}

/** Loads the generated validators anew, as a process that starts does; a mark keeps the engine from remembering the text. */
function loadValidators(text: string, mark: number): Readonly<Record<string, Validate>> {
  const [, imported = ''] = /^import \{ (.*) \} from 'aws-choreography\/validation';$/m.exec(text) ?? [];
  const names = [...text.matchAll(/^export const (\w+) =/gm)].map(([, name]) => name);
  const body = text.replace(/^import .*$/m, '').replaceAll(/^export const /gm, 'const ');
  const source = `'use strict'; // ${mark}\nconst { ${imported} } = validation;\n${body}\nreturn { ${names.join(', ')} };`;
  return new Function('validation', source)(validation);
}

async function firstCosts(data: unknown): Promise<{ readonly load: number; readonly first: number }> {
  const text = await readFile('schemas/generated/validators.ts', 'utf8');
  const runs = Array.from({ length: LOADS }, (_, mark) => {
    const start = cpuMicroseconds();
    const { validateOrderPlaced: validate } = loadValidators(text, mark);
    const loaded = cpuMicroseconds();
    if (validate?.(data) !== true) throw new Error('the event is not valid');
    return { load: loaded - start, first: cpuMicroseconds() - loaded };
  });
  return { load: median(runs.map(({ load }) => load)), first: median(runs.map(({ first }) => first)) };
}

function wideSchema(more: SchemaObject): SchemaObject {
  const kinds: readonly SchemaObject[] = [
    { type: 'string', minLength: 1, maxLength: 64 },
    { type: 'integer', minimum: 0 },
    { type: 'object', properties: { code: { enum: ['a', 'b'] }, at: { type: 'string', format: 'date-time' } }, required: ['code'] },
  ];
  const names = Array.from({ length: PROPERTIES }, (_, index) => `property${index}`);
  const properties = Object.fromEntries(names.map((name, index) => [name, kinds[index % kinds.length]]));
  return { type: 'object', required: names.slice(0, PROPERTIES / 2), properties: { ...properties, ...more } };
}

async function checkCost(proposed: SchemaObject, holds: (report: CompatibilityReport) => boolean): Promise<number> {
  const existing = [wideSchema({})];
  return cpuPerItem(ROUNDS, CHECKS, async () => {
    for (let run = 0; run < CHECKS; run += 1) {
      if (!holds(checkCompatibility({ mode: 'FULL', proposed, existing }))) throw new Error('the verdict is another one');
    }
  });
}

/** The rows. */
export async function schemaBench(): Promise<readonly Figure[]> {
  const text = eventText();
  const { data } = JSON.parse(text) as { readonly data: unknown };
  const { load, first } = await firstCosts(data);
  const same = (report: CompatibilityReport): boolean => report.compatible;
  const changed = ({ differences }: CompatibilityReport): boolean => differences.length === 1;
  const perEvent = 'µs CPU/event';
  return [
    { name: `JSON.parse of an event of ${EVENT_BYTES} bytes`, value: await parseCost(text), unit: perEvent },
    { name: 'generated validator, its data', value: await validateCost(data), unit: perEvent },
    { name: 'loading all generated validators', value: load, unit: 'µs CPU' },
    { name: 'first validation after that', value: first, unit: 'µs CPU' },
    {
      name: `compatibility, ${PROPERTIES} properties, one added`,
      value: await checkCost(wideSchema({ added: { type: 'string' } }), same),
      unit: 'µs CPU/check',
    },
    {
      name: `compatibility, ${PROPERTIES} properties, one changed`,
      value: await checkCost(wideSchema({ property1: { type: 'integer', minimum: 1 } }), changed),
      unit: 'µs CPU/check',
    },
  ];
}
