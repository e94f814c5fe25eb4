import { readdirSync, readFileSync } from 'node:fs';
import { root } from '../../build/modules.ts';

/** A fenced block of a Markdown file. */
export interface Fence {
  /** Path from the project's root. */
  readonly file: string;
  readonly line: number;
  /** Text of the last heading above it. */
  readonly heading: string;
  readonly language: string;
  readonly text: string;
  /** What the comment right above it gives as the reason why it needs a real node. */
  readonly needsNode: string | undefined;
}

const FENCE = /^(?<indent> *)```(?<language>\w*)\n(?<text>[\s\S]*?)^ *```$/gm;
const MARKER = /<!-- needs a Proxmox VE node: ([^>]+) -->\s*$/;

/** README.md, CONTRIBUTING.md and everything in docs. */
export function documents(): readonly string[] {
  const docs = readdirSync(`${root}docs`, { recursive: true, encoding: 'utf8' });
  const pages = docs.filter(file => file.endsWith('.md')).sort();
  return ['README.md', 'CONTRIBUTING.md', ...pages.map(file => `docs/${file}`)];
}

/** The fenced blocks of a document, in its order; a block in a list loses the list's indentation. */
export function fencesOf(file: string): readonly Fence[] {
  const page = readFileSync(`${root}${file}`, 'utf8');
  return [...page.matchAll(FENCE)].map(({ index, groups = {} }) => {
    const { indent = '', language = '', text = '' } = groups;
    const above = page.slice(0, index);
    return {
      file,
      line: above.split('\n').length,
      heading: [...above.matchAll(/^#+ (.*)$/gm)].at(-1)?.[1] ?? '',
      language,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      needsNode: MARKER.exec(above)?.[1],
    };
  });
}

/** What a test does of a page: the blocks under a heading, and in the end the headings with commands that it left out. */
export function followed(file: string) {
  const fences = fencesOf(file);
  const done = new Set<string>();
  return {
    under(heading: string): readonly Fence[] {
      done.add(heading);
      return fences.filter(fence => fence.heading === heading);
    },
    leftOut: (): readonly string[] =>
      fences
        .filter(
          ({ language, heading, needsNode }) =>
            language === 'sh' && needsNode === undefined && !done.has(heading),
        )
        .map(({ heading }) => heading),
  };
}

/** The commands of a block, one a line, without remarks at its end. */
export const commandsOf = ({ text }: Fence): readonly string[] =>
  text
    .split('\n')
    .map(line => line.replace(/\s+# .*$/, '').trim())
    .filter(line => line !== '' && !line.startsWith('#'));
