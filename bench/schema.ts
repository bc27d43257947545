// What schemas cost: validating an event beside parsing it, the first validation of a process that was just started, and
// the check of a changed schema before it is published.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { message } from 'aws-choreography/testing';
import { type CompatibilityReport, checkCompatibility } from '../lib/schema/compatibility/check-compatibility.ts';
import type { SchemaObject } from '../lib/schema/schema-set.ts';
import { OrderPlaced, type OrderPlacedData } from '../schemas/generated/index.ts';
import { validateOrderPlaced } from '../schemas/generated/validators.ts';
import { cpuPerItem, type Figure, median } from './measure.ts';

const EVENTS = 20_000;
const ROUNDS = 9;
const PROCESSES = 25;
const CHECKS = 20;
const PROPERTIES = 200;
const EVENT_BYTES = 385;

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

/** What a process that has just started takes; its file is bundled beside this one. */
function firstCosts(data: unknown): { readonly load: number; readonly first: number } {
  const file = fileURLToPath(new URL('./first-validation.mjs', import.meta.url));
  const runs = Array.from({ length: PROCESSES }, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [file, JSON.stringify(data)], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as { readonly load: number; readonly first: number };
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
  const { load, first } = firstCosts(data);
  const same = (report: CompatibilityReport): boolean => report.compatible;
  const changed = ({ differences }: CompatibilityReport): boolean => differences.length === 1;
  const perEvent = 'µs CPU/event';
  return [
    { name: `JSON.parse of an event of ${EVENT_BYTES} bytes`, value: await parseCost(text), unit: perEvent },
    { name: 'generated validator, its data', value: await validateCost(data), unit: perEvent },
    { name: 'loading all generated validators, fresh process', value: load, unit: 'µs CPU' },
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
