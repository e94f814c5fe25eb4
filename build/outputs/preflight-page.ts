import { codes, isWarning } from '../../modules-src/modules/node_preflight/codes.ts';
import { findProblems } from '../../modules-src/modules/node_preflight/plan.ts';
import {
  inRole,
  wantedOf,
  worldOf,
} from '../../modules-src/modules/node_preflight/broken-worlds/world.fixture.ts';
import { worlds } from '../../modules-src/modules/node_preflight/broken-worlds/worlds.fixture.ts';
import type { Problem } from '../../modules-src/sdk/define-module.ts';
import type { GeneratedFile } from './generated-file.ts';
import { table } from './markdown.ts';

const INTRODUCTION = `<!-- generated from modules-src/modules/node_preflight; do not edit -->

# Codes of preflight

Stage 1 looks at the node and at every variable before anything is touched, and tells all problems at once. An error ends
the play; a warning is shown and the play goes on. Variables, messages and ways out below are those of one example each.
`;

const SECTIONS: Readonly<Record<string, string>> = {
  NODE: 'The node',
  VAR: 'Variables',
  VM: 'The VM',
  STO: 'Storages',
  NET: 'Network',
  CI: 'Cloud-init',
  IMG: 'The image',
  CLONE: 'Clones',
};

/** docs/reference/preflight.md: each code with what it says in the world that is broken for it. */
export function preflightPage(): GeneratedFile {
  const examples = inRole(worlds.flatMap(world => findProblems(wantedOf(world), worldOf(world))));
  const sections = Object.entries(SECTIONS).map(([topic, title]) => {
    const listed = Object.entries(codes).filter(([code]) => code.startsWith(`PVE-${topic}-`));
    const rows = listed.map(([code, entry]) => row(code, entry.title, examples));
    return `## ${title}\n\n${table(['Code', 'Severity', 'Meaning', 'Variable', 'Found, for example', 'Way out'], rows)}`;
  });
  return { path: 'docs/reference/preflight.md', content: [INTRODUCTION, ...sections].join('\n') };
}

function row(code: string, title: string, examples: readonly Problem[]): readonly string[] {
  const example = examples.find(one => one.code === code);
  if (example === undefined) throw new Error(`no broken world shows ${code}`);
  const { variable, message, fix } = example;
  const severity = isWarning(code) ? 'warning' : 'error';
  return [
    `\`${code}\``,
    severity,
    title,
    variable === '' ? '–' : `\`${variable}\``,
    escaped(message),
    escaped(fix),
  ];
}

/** Text that Markdown would take for something else. */
const escaped = (text: string): string => text.replaceAll('<', '&lt;').replaceAll('\n', ' ');
