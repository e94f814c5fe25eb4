import type { Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';

/** A text, or a list of texts, of which only documents are made: no module shows it. */
const TEXT = String.raw`(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")`;
const TOLD = new RegExp(
  String.raw`\b(description|title|summary|returned|sample):\s*(?:${TEXT}|\[\s*${TEXT}(?:,\s*${TEXT})*,?\s*\])(?=\s*[,}])`,
  'g',
);
const EXAMPLES = /\bexamples: `[^`]*`/g;

/** Where options, codes and definitions of modules stand, and nothing that is done. */
const DEFINITIONS =
  /modules-src\/(?:(?:pve|sdk)\/.*options|modules\/.*\/(?:codes|module|params|transfer-report))\.ts$/;

/** Leaves descriptions, titles, examples and samples out of the bundles: Node would parse them at each start. */
export const withoutDescriptions: Plugin = {
  name: 'without-descriptions',
  setup(context) {
    context.onLoad({ filter: DEFINITIONS }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(TOLD, "$1: ''").replace(EXAMPLES, "examples: ''"),
      loader: 'ts',
    }));
  },
};
