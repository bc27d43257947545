import type { Paint } from '../terminal.ts';

/** What is served: the document of `choreo serve --json`. */
export interface ServeResult {
  readonly choreography: string;
  readonly port: number;
  /** Where a browser can look at it. */
  readonly page: string;
  readonly timeScale: number;
  readonly services: readonly string[];
  readonly commands: readonly string[];
  readonly events: readonly string[];
  /** Ways by which messages of other systems come, as `choreo publish --inbound` takes them. */
  readonly inbounds: readonly string[];
  /** Clients that reactions call and the team's file does not give. */
  readonly missingClients: readonly string[];
}

const paceOf = (timeScale: number) => (timeScale === 1 ? 'in real time' : `${timeScale} times as fast as real time`);

/** How to begin: with a command, or else with an event. */
function firstOf({ commands: [command], events: [event = '<Event>'] }: ServeResult): string {
  return command === undefined ? `choreo publish ${event} --data @data.json` : `choreo send ${command} --data @data.json`;
}

/** Told once, when commands can come. `file`: of the choreography. */
export function serveText(result: ServeResult, file: string, paint: Paint): string {
  const { choreography, port, page, timeScale, services, commands, events, inbounds, missingClients } = result;
  const row = (label: string, names: readonly string[]) => (names.length === 0 ? [] : [`  ${paint('dim', label)}${names.join(', ')}`]);
  const missing =
    missingClients.length === 0
      ? []
      : [
          paint('yellow', `  ${file} gives no client ${missingClients.join(', ')}: a call ends with CLIENT_MISSING.`),
          `  Give it there: export const world = { clients: { ${missingClients.join(', ')} } };`,
        ];
  return [
    `${paint('bold', choreography)} is served on 127.0.0.1:${port} until Ctrl-C, ${paceOf(timeScale)}; nothing is kept.`,
    `  ${paint('dim', 'page      ')}${page}`,
    ...row('services  ', services),
    ...row('commands  ', commands),
    ...row('events    ', events),
    ...row('inbounds  ', inbounds),
    ...missing,
    '',
    'In another terminal, in this folder:',
    '',
    `  ${firstOf(result)}`,
    '  choreo saga list',
    '  choreo saga show <correlation id>',
    '  choreo dead-letter list',
    '',
  ].join('\n');
}
