import { fieldsOf } from '../sdk/dictionary.ts';
import type { Client } from './client/client.ts';

/** The API, and the node that is worked on. */
export interface Api {
  readonly client: Client;
  readonly node: string;
  /** root@pam with its own ticket may what no token may. */
  readonly isRoot: boolean;
  /** Directory of the controller for what runs of this user must know of each other. */
  readonly folder: string;
  /** Digests of configurations as they were last read, by VM: what was changed meanwhile is not written over. */
  readonly digests: Map<number, string>;
  /** Those configurations, as they are now. */
  readonly configs: Map<number, ReadonlyMap<string, string>>;
  /** What tasks that did their work have complained of. */
  readonly warnings: Set<string>;
  /** VMIDs of the VMs that this run works on. */
  readonly own: Set<number>;
  /** Nodes of VMs as they were last seen: any node answers for those of the others. */
  readonly places: Map<number, string>;
}

/** The node of a VM; of one that was not seen, the node that is worked on. */
export const placeOf = ({ places, node }: Pick<Api, 'places' | 'node'>, vmid: number): string =>
  places.get(vmid) ?? node;

export const listOf = (answer: unknown): readonly unknown[] => (Array.isArray(answer) ? answer : []);

export const textIn = (answer: unknown, field: string): string | undefined => {
  const value = fieldsOf(answer)[field];
  return typeof value === 'string' ? value : undefined;
};
