// What many events and reactions cost the type checker: a project with them, less the same project without.
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { type Figure, median } from './measure.ts';

const EVENTS = 200;
const REACTIONS = 100;
const REACTIONS_A_SERVICE = 10;
const ROUNDS = 5;
const MILLISECONDS_A_SECOND = 1_000;
/** Ignored by git, and inside the package, so that it is found by its own name. */
const FOLDER = '.choreo/bench-types';

/** As `choreo schema generate` writes it. */
function eventText(index: number): string {
  const name = `Thing${index}Happened`;
  return `
export interface ${name}Data {
  /** The order. */
  orderId: string;
  customerId: string;
  items: { sku: string; quantity: number; note?: string }[];
  totalCents: number;
  currency: 'EUR' | 'USD' | 'GBP';
  address?: { street: string; city: string; country: string };
  thing${index}: string;
}
export type ${name} = Envelope<'${name}', ${name}Data>;
export const ${name}: EventType<'${name}', ${name}Data> = /* @__PURE__ */ eventType({
  type: '${name}',
  version: 1,
  subject: 'orderId',
  schema: { uri: 'urn:bench:${name}:1', sensitive: [], validate: () => [] },
});
`;
}

/** A reaction with all that one may have: two triggers, state, a client, a failure, a compensation, a way to give up. */
function reactionText(index: number): string {
  const on = `Thing${index}Happened`;
  const other = `Thing${(index + 1) % EVENTS}Happened`;
  const [emits, fails] = [`Thing${(index + REACTIONS) % EVENTS}Happened`, `Thing${(index + REACTIONS + 1) % EVENTS}Happened`];
  const data = (value: string) => `{ orderId, customerId: 'c', items: [], totalCents: 1, currency: 'EUR', ${value} }`;
  const field = (type: string) => `thing${/\d+/.exec(type)?.[0]}: 'x'`;
  return `
export const Shelf${index} = defineEntity<{ available: number; place${index}: string }>('Shelf${index}');
export const react${index} = defineReaction({
  name: 'react${index}',
  on: [${on}, ${other}],
  emits: [${emits}],
  fails: [${fails}],
  clients: { gateway: client<Gateway${index}>() },
  reads: ({ data }) => data.items.map(({ sku }) => [Shelf${index}, sku] as const),
  async react(event, tx) {
    const { orderId, items } = event.data;
    for (const { sku, quantity } of items) {
      const shelf = await tx.get(Shelf${index}, sku);
      if ((shelf?.available ?? 0) < quantity) return tx.fail(${fails}, ${data(field(fails))});
      tx.put(Shelf${index}, sku, { available: (shelf?.available ?? 0) - quantity, place${index}: event.type });
    }
    const { id } = await tx.clients.gateway.charge${index}({ orderId, idempotencyKey: tx.idempotencyKey });
    tx.emit(${emits}, ${data(field(emits))});
    return { id, items };
  },
  onGiveUp: ({ data: { orderId } }, tx) => tx.fail(${fails}, ${data(field(fails))}),
  compensation: {
    on: [${fails}],
    emits: [${on}],
    async undo({ data: { orderId } }, tx, { items }) {
      for (const { sku, quantity } of items) tx.put(Shelf${index}, sku, { available: quantity, place${index}: '' });
      tx.emit(${on}, ${data(field(on))});
    },
  },
});
export interface Gateway${index} {
  charge${index}(request: { orderId: string; idempotencyKey: string }): Promise<{ id: string }>;
}
`;
}

const IMPORTS = "import { client, defineEntity, defineReaction, defineService } from 'aws-choreography';\n";

function serviceText(service: number): string {
  const reactions = Array.from({ length: REACTIONS_A_SERVICE }, (_, index) => service * REACTIONS_A_SERVICE + index);
  const names = reactions.map((index) => `react${index}`).join(', ');
  const text = `${reactions.map(reactionText).join('')}\nexport const service${service} = defineService({ name: 'service-${service}', reactions: [${names}] });\n`;
  const events = [...new Set(text.match(/\bThing\d+Happened\b/g))].join(', ');
  return `${IMPORTS}import { ${events} } from './events.ts';\n${text}`;
}

/** Writes the project; without events and reactions, it has one of each, so that the library itself is looked at in both. */
function writeProject(name: string, events: number, services: number): void {
  const folder = `${FOLDER}/${name}`;
  mkdirSync(folder, { recursive: true });
  const head = "import { type Envelope, type EventType, eventType } from 'aws-choreography';\n";
  writeFileSync(`${folder}/events.ts`, head + Array.from({ length: events }, (_, index) => eventText(index)).join(''));
  for (let service = 0; service < services; service += 1) writeFileSync(`${folder}/service-${service}.ts`, serviceText(service));
  if (services === 0)
    writeFileSync(
      `${folder}/service.ts`,
      `${IMPORTS}import { Thing0Happened } from './events.ts';
export const Thing = defineEntity<{ n: number }>('Thing');
export const one = defineReaction({ name: 'one', on: Thing0Happened, clients: { one: client<{ a(): void }>() }, react() {} });
export const service = defineService({ name: 'one', reactions: [one] });
`,
    );
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ extends: '../../../tsconfig.json', include: ['*.ts'], exclude: [] }));
}

interface Time {
  readonly seconds: number;
  /** Of all threads, user and system. */
  readonly cpuSeconds: number;
}

/** The second line of the shell's `times`: what its children took, as `1m2.345s`, user and system. */
function childSeconds(text: string): number {
  const [user, system] = [...(text.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds),
  );
  return (user ?? Number.NaN) + (system ?? Number.NaN);
}

/** @throws where the project does not compile: its figure would be one of something else */
async function check(name: string): Promise<Time> {
  const before = performance.now();
  const { stdout } = await promisify(execFile)('bash', ['-c', `node_modules/.bin/tsc -p ${FOLDER}/${name} && times`]).catch(
    (error: { readonly stdout: string }) => {
      throw new Error(error.stdout);
    },
  );
  return { seconds: (performance.now() - before) / MILLISECONDS_A_SECOND, cpuSeconds: childSeconds(stdout) };
}

/** What the checker takes for the events and reactions alone. @throws where they do not compile */
export async function typesBench(): Promise<readonly Figure[]> {
  rmSync(FOLDER, { recursive: true, force: true });
  writeProject('with', EVENTS, REACTIONS / REACTIONS_A_SERVICE);
  writeProject('without', 1, 0);
  const added: Time[] = [];
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      const [without, all] = [await check('without'), await check('with')];
      if (round > 0) added.push({ seconds: all.seconds - without.seconds, cpuSeconds: all.cpuSeconds - without.cpuSeconds });
    }
  } finally {
    rmSync(FOLDER, { recursive: true, force: true });
  }
  const name = `${EVENTS} events, ${REACTIONS} reactions: added by tsc`;
  return [
    { name, value: median(added.map(({ seconds }) => seconds)) * MILLISECONDS_A_SECOND, unit: 'ms' },
    { name: 'the same, CPU of all threads', value: median(added.map(({ cpuSeconds }) => cpuSeconds)) * MILLISECONDS_A_SECOND, unit: 'ms' },
  ];
}
