import { readFile, writeFile } from 'node:fs/promises';
import { root } from '../../build/modules.ts';
import { checks } from './checks.ts';
import type { Combination } from './combination.ts';

/** What came of one combination; undefined counts where no Python here runs its ansible-core. */
export interface Outcome extends Combination {
  readonly passed: number | undefined;
}

export const PAGE = `${root}docs/testing.md`;
const BEGIN = '<!-- matrix: begin -->';
const END = '<!-- matrix: end -->';
const MARKS = new RegExp(`${BEGIN}([^]*)${END}`);
const PVE_NAMES = { '8': '8.4', '9': '9.2' } as const;

export function markdownTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ ansible, node, pve, passed }) => {
    const [from, to] = ansible.python;
    const result =
      passed === undefined ? `not run: needs Python 3.${from} to 3.${to}` : `${passed} of ${checks.length}`;
    return `| ${ansible.version} | ${node} | ${PVE_NAMES[pve]} | ${result} |`;
  });
  return ['| ansible-core | Node.js | Proxmox VE | checks passed |', '|---|---|---|---|', ...rows, ''].join(
    '\n',
  );
}

/** Puts the table between its marks in docs/testing.md. */
export async function keepTable(outcomes: readonly Outcome[]): Promise<void> {
  const [before = '', , after = ''] = (await readFile(PAGE, 'utf8')).split(MARKS);
  await writeFile(PAGE, `${before}${BEGIN}\n\n${markdownTable(outcomes)}\n${END}${after}`);
}
