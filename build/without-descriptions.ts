import type { Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';

/** A description that is one plain text: only documents are made of it, and a module never shows it. */
const DESCRIPTION = /\bdescription:\s*'(?:[^'\\\n]|\\.)*'(?=\s*[,}])/g;

/** Leaves the descriptions of options out of the bundles: a twentieth of the largest, which Node would parse at each start. */
export const withoutDescriptions: Plugin = {
  name: 'without-descriptions',
  setup(context) {
    context.onLoad({ filter: /modules-src\/pve\/.*options\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(DESCRIPTION, "description: ''"),
      loader: 'ts',
    }));
  },
};
