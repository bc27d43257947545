import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChoreographyError } from '../../contract/errors.ts';
import {
  CONTRACT_FILE,
  contractText,
  type FieldRead,
  RECORD_VARIABLE,
  readContractText,
  serviceDirectories,
} from '../../schema/contracts/contract.ts';
import { unwritable } from '../../schema/unwritable.ts';
import type { Paint, Terminal } from '../terminal.ts';
import { counted } from '../text-layout.ts';

/** Options of `choreo schema record`. */
export interface SchemaRecordOptions {
  /** Where the directories of services are. */
  readonly contracts: string;
  /** Write nothing; only say what is not up to date. @default false */
  readonly check?: boolean;
}

/** What was recorded of one service. */
interface RecordedContract {
  readonly service: string;
  readonly file: string;
  /** Fields that it reads, by reaction and message. */
  readonly fields: number;
  readonly changed: boolean;
}

/** What the command found and did. */
export interface SchemaRecordResult {
  readonly contracts: readonly RecordedContract[];
  /** Services that ran and have no directory of their name. */
  readonly homeless: readonly string[];
}

async function runTests(command: readonly string[], directory: string, terminal: Terminal): Promise<void> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env: { ...process.env, [RECORD_VARIABLE]: directory }, stdio: ['inherit', 'pipe', 'pipe'] });
  // What the tests print is not this command's answer.
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => terminal.err(text));
  const failed = (how: string, cause?: unknown) =>
    new ChoreographyError('RECORDING_FAILED', `${command.join(' ')} ${how}; no contract was written.`, { cause });
  const [code] = await once(child, 'close').catch((error: unknown) => {
    throw failed('could not be started', error);
  });
  if (code !== 0) throw failed(`ended with ${code ?? 'a signal'}`);
}

async function readsIn(directory: string): Promise<readonly FieldRead[]> {
  const texts = await Promise.all((await readdir(directory)).map((name) => readFile(join(directory, name), 'utf8')));
  const lines = new Set(texts.flatMap((text) => text.split('\n')).filter((line) => line !== ''));
  return [...lines].map((line) => JSON.parse(line) as FieldRead);
}

async function keep(service: string, reads: readonly FieldRead[], { contracts, check }: SchemaRecordOptions): Promise<RecordedContract> {
  const file = join(contracts, service, CONTRACT_FILE);
  const text = contractText(service, reads);
  const changed = (await readContractText(file))?.replaceAll('\r\n', '\n') !== text;
  if (changed && !check) await writeFile(file, text).catch(unwritable(file));
  const fields = new Set(reads.map(({ reaction, message, path }) => `${reaction} ${message} ${path}`)).size;
  return { service, file, fields, changed };
}

/**
 * `choreo schema record -- <tests>`: runs the tests, and keeps what each service reads beside it. A service that did not
 * run keeps its contract. @throws RECORDING_FAILED, CONTRACT_UNREADABLE, OUTPUT_UNWRITABLE
 */
export async function schemaRecord(
  command: readonly string[],
  options: SchemaRecordOptions,
  terminal: Terminal,
): Promise<SchemaRecordResult> {
  const directory = await mkdtemp(join(tmpdir(), 'choreo-record-'));
  try {
    await runTests(command, directory, terminal);
    const reads = await readsIn(directory);
    const homes = new Set(await serviceDirectories(options.contracts));
    const services = [...new Set(reads.map(({ consumer }) => consumer))].sort();
    const contracts: RecordedContract[] = [];
    for (const service of services.filter((name) => homes.has(name))) {
      contracts.push(
        await keep(
          service,
          reads.filter(({ consumer }) => consumer === service),
          options,
        ),
      );
    }
    return { contracts, homeless: services.filter((name) => !homes.has(name)) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What was recorded, for a reader. */
export function schemaRecordText({ contracts, homeless }: SchemaRecordResult, check: boolean, paint: Paint): string {
  const lines = contracts.map(({ file, fields, changed }) => {
    const how = changed ? (check ? 'is not what the tests read' : 'written') : 'up to date';
    return `${changed && check ? paint('red', '✗') : paint('green', '✓')} ${file} ${how}: ${counted(fields, 'field')}`;
  });
  for (const service of homeless) lines.push(`  ${paint('dim', `${service} ran, and has no directory of its name: nothing kept`)}`);
  if (contracts.length === 0 && homeless.length === 0) lines.push(`${paint('yellow', '!')} no service ran under runService`);
  return `${lines.join('\n')}\n`;
}
