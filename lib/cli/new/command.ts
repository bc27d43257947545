import type { CommandContext, Program } from '../command.ts';
import type { Paint } from '../terminal.ts';
import { counted } from '../text-layout.ts';
import { createProject, type NewProject, type Starter } from './project.ts';

const about = `
Three services that book a trip: their schemas, reactions, compensations and tests, and a CDK app that deploys them.
Its README says what is where. Nothing is installed.`;

function createdText({ folder, files }: NewProject, paint: Paint): string {
  const enter = folder === '.' ? '' : `cd ${folder} && `;
  return [
    `${paint('green', '✓')} ${counted(files.length, 'file')} in ${folder}; README.md says what is where`,
    '',
    `next: ${enter}npm install`,
    '      npm test      each service alone, and all together under faults',
    '      npm start     all of them in memory, for choreo send',
    '',
  ].join('\n');
}

/** Adds `choreo new`. `version`: of this package. */
export function addNew(program: Program, context: CommandContext, starter: Starter, version: string): void {
  program
    .command('new')
    .description('write a small choreography to start from, with tests and a CDK app')
    .argument('<folder>', 'an empty folder, or one that does not exist yet')
    .addHelpText('after', about)
    .action(async (folder, _, command) => {
      const project = await createProject(starter, version, folder);
      context.answer(command.optsWithGlobals(), 'new', { text: (paint) => createdText(project, paint), data: project });
    });
}
