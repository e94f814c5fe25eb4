import type { GeneratedFile } from './generated-file.ts';
import { table } from './markdown.ts';
import { answersTo, mistakes } from './mistakes.ts';

const INTRODUCTION = `<!-- generated from build/outputs/mistakes.ts; do not edit -->

# Mistakes and what is said to them

What a tired hand writes, beside settings that are right, and what stage 1 answers before anything is touched: the variable,
what was found, and the way out.
`;

/** docs/reference/mistakes.md: each mistake with all that it gets for an answer. */
export function mistakesPage(): GeneratedFile {
  const rows = mistakes.map(mistake => [
    Object.entries(mistake)
      .map(
        ([name, value]) =>
          `\`${name === 'play_variables' ? 'a variable' : `proxmox_${name}`}: ${JSON.stringify(value)}\``,
      )
      .join(', '),
    answersTo(mistake)
      .map(({ code, variable, message, fix }) => `\`${code}\` \`${variable}\`: ${message}; ${fix}`)
      .join(' · ')
      .replaceAll('<', '&lt;')
      .replaceAll('\n', ' '),
  ]);
  return {
    path: 'docs/reference/mistakes.md',
    content: `${INTRODUCTION}\n${table(['Written', 'Answer'], rows)}`,
  };
}
