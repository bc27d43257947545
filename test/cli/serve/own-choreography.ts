// A choreography of two services in a folder of its own, served as a team would.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { choreo, type Ran } from '../run-choreo.ts';

/** The bank of the tests keeps its answers by idempotency key, and refuses this customer. */
const bank = `{
  charged: [], refunded: [], answers: new Map(),
  async charge({ customer, key }) {
    if (customer === 'broke') return false;
    if (!this.answers.has(key)) this.charged.push(customer);
    this.answers.set(key, true);
    return true;
  },
}`;

/** A desk that opens a ticket, and a till that takes the fee: without the fee the ticket is closed again. */
const services = `
  import { client, commandType, defineChoreography, defineEntity, defineInbound, defineReaction, defineService, eventType } from '${resolve('lib/contract/index.ts')}';
  import { schemaUri } from '${resolve('lib/schema/uri.ts')}';
  const schema = (name, ...fields) => ({
    uri: schemaUri(name, 1),
    sensitive: [],
    validate: (data) => fields.filter((field) => typeof data?.[field] !== 'string')
      .map((field) => ({ path: '/' + field, expected: 'a text', received: data?.[field] === undefined ? 'nothing' : JSON.stringify(data[field]) })),
  });
  const event = (type) => eventType({ type, version: 1, subject: 'ticketId', schema: schema(type, 'ticketId') });
  const OpenTicket = commandType({ type: 'OpenTicket', version: 1, schema: schema('OpenTicket', 'customer', 'topic') });
  const [TicketOpened, FeeCharged, FeeRefused, TicketClosed, DeadlinePassed] =
    ['TicketOpened', 'FeeCharged', 'FeeRefused', 'TicketClosed', 'DeadlinePassed'].map(event);
  const Desk = defineEntity('Desk');
  const openTicket = defineReaction({
    name: 'openTicket', on: OpenTicket, emits: [TicketOpened], schedules: [DeadlinePassed],
    async react({ data: { customer, topic } }, tx) {
      if (topic === '') return tx.refuse('NO_TOPIC', 'A ticket is about something.');
      const desk = await tx.get(Desk, 'front');
      const ticketId = 't-' + (desk?.next ?? 1);
      tx.put(Desk, 'front', { next: (desk?.next ?? 1) + 1 });
      tx.emit(TicketOpened, { ticketId, customer });
      tx.schedule(DeadlinePassed, { ticketId }, { afterSeconds: 900 });
      return { ticketId };
    },
    compensation: { on: FeeRefused, emits: [TicketClosed], undo(event, tx, { ticketId }) { tx.emit(TicketClosed, { ticketId }); } },
  });
  const remind = defineReaction({ name: 'remind', on: DeadlinePassed, react() {} });
  const chargeFee = defineReaction({
    name: 'chargeFee', on: TicketOpened, emits: [FeeCharged], fails: [FeeRefused], clients: { bank: client() }, retry: { attempts: 1 },
    async react({ data: { ticketId, customer } }, tx) {
      const paid = await tx.clients.bank.charge({ customer, key: tx.idempotencyKey });
      if (!paid) return tx.fail(FeeRefused, { ticketId });
      tx.emit(FeeCharged, { ticketId });
    },
    compensation: { on: TicketClosed, undo() {} },
  });
  const desk = defineService({ name: 'desk', reactions: [openTicket, remind] });
  const read = { id: (raw) => raw.id, correlationId: (raw) => raw.saga ?? raw.detail.saga, data: (raw) => ({ ticketId: (raw.detail ?? raw).ticket, customer: 'ada' }) };
  const till = defineService({ name: 'till', reactions: [chargeFee], inbound: [
    defineInbound(TicketOpened, { from: { queue: 'calls' }, ...read }),
    defineInbound(TicketOpened, { from: { stream: 'mails' }, ...read }),
    defineInbound(TicketOpened, { from: { bus: { source: 'com.example.chat', detailType: 'chat opened' } }, ...read }),
  ] });
  export default defineChoreography({ name: 'helpdesk', services: [desk, till] });
`;

/** The export of a team that has given everything. */
export const fullWorld = `export const world = { clients: { bank: ${bank} }, given: [{ entity: Desk, id: 'front', state: { next: 7 } }] };`;

/** Loads in this process, where the package is its own source. */
const importModule = (file: string) => import(/* @vite-ignore */ pathToFileURL(file).href);

export interface OwnChoreography {
  readonly folder: string;
  /** The file with the choreography. */
  readonly file: string;
  /** A command in the folder; what it prints calls the file `choreography.mjs`. */
  run(args: string | readonly string[]): Promise<Ran>;
  /** The client of the file, with what it was asked to do. */
  bank(): Promise<{ readonly charged: readonly string[] }>;
  /** Starts `choreo serve`; resolves when it is there. Ends with the test. */
  serve(options?: string): Promise<Served>;
}

/** A `choreo serve` that runs. */
export interface Served {
  end(): Promise<Ran>;
  /** What it says once it is there. */
  readonly printed: Promise<string>;
}

function served(folder: string, args: readonly string[]): Promise<Served> {
  return new Promise((resolve, reject) => {
    let print = (_: string) => {};
    const printed = new Promise<string>((done) => {
      print = done;
    });
    const ended = choreo(args, {
      folder,
      importModule,
      terminalOut: (text) => print(text),
      onInterrupt: (interrupt) => {
        const end = () => {
          interrupt();
          return ended;
        };
        onTestFinished(async () => void (await end()));
        resolve({ end, printed });
      },
    });
    ended.then(({ err }) => reject(new Error(err)));
  });
}

/** Writes the file with this export beside the choreography. */
export async function ownChoreography(world = fullWorld): Promise<OwnChoreography> {
  const folder = await mkdtemp(join(tmpdir(), 'choreo-'));
  const file = join(folder, 'choreography.mjs');
  await writeFile(file, `${services}\n${world}\n`);
  const named = (text: string) => text.replaceAll(file, 'choreography.mjs');
  return {
    folder,
    file,
    async run(args) {
      const ran = await choreo(args, { folder, importModule, env: { USER: 'ada' } });
      return { ...ran, out: named(ran.out), err: named(ran.err) };
    },
    bank: async () => ((await importModule(file)) as { world: { clients: { bank: never } } }).world.clients.bank,
    serve: (options = '') => served(folder, ['serve', '--choreography', file, ...options.split(' ').filter((word) => word !== '')]),
  };
}

/** What a send or a publish says as JSON: the saga to look at. */
export function sagaOf({ exit, out }: Ran): string {
  expect(exit).toBe(0);
  return (JSON.parse(out) as { readonly correlationId: string }).correlationId;
}
