import { testedVersions } from '../../role-src/tested-versions.ts';
import type { AnsibleRelease } from './programs.ts';

/** One version of each thing that the role has to do with. */
export interface Combination {
  readonly ansible: AnsibleRelease;
  readonly node: string;
  readonly pve: '8' | '9';
}

const { ansible, node, pve } = testedVersions;

const newest: Combination = { ansible: ansible.at(-1)!, node: node.at(-1)!, pve: pve.at(-1)! };
export const oldest: Combination = { ansible: ansible[0], node: node[0], pve: pve[0] };

/** Each version of one thing with the newest of the others, and all that is oldest together. */
export const combinations: readonly Combination[] = [
  ...ansible.map(release => ({ ...newest, ansible: release })),
  ...node.slice(0, -1).map(version => ({ ...newest, node: version })),
  ...pve.slice(0, -1).map(version => ({ ...newest, pve: version })),
  oldest,
];
