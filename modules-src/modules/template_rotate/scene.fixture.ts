import { vmRecord } from '../../pve/vms/fixtures/found-vm.ts';
import { described } from '../../pve/vms/fixtures/model-config.ts';
import { generationsOf } from '../../pve/vms/generations/family.ts';
import { firstDescription } from '../../pve/vms/marker.ts';
import type { ModelNode } from '../../pve/vms/fixtures/model-node.ts';
import type { Observed, Wanted } from './plan.ts';

export const wanted: Wanted = {
  vmid: 9001,
  name: 'golden',
  generation: { family: 'golden', number: 9, first: 9000 },
  template_keep: 2,
};

/** Configuration of a generation. */
export interface Made {
  readonly vmid: number;
  readonly name: string;
  readonly number: number;
  /** Converted; else a run died before. */
  readonly isWhole?: boolean;
  readonly more?: string;
  /** It waits for its like on other nodes. */
  readonly held?: boolean;
  readonly node?: string;
  readonly digest?: string | undefined;
  readonly image?: string | undefined;
  readonly settings?: string;
}

/** The vmgenid of a generation, as it was made. */
const idOf = (vmid: number): string => `00000000-0000-4000-8000-00000000${vmid}`;

export function generationText(made: Made): string {
  const {
    vmid,
    name,
    number,
    isWhole = true,
    more = '',
    node = 'pve01',
    held,
    digest,
    image,
    settings = 'x',
  } = made;
  const notes = firstDescription('', '', {
    vmid,
    id: idOf(vmid),
    node,
    disks: { scsi0: 8 * 1024 ** 3 },
    ...(digest !== undefined && { digest }),
    ...(image !== undefined && { image }),
    generation: { family: 'golden', number, settings, ...(held === true && { held }) },
  });
  const disk = isWhole ? `template: 1\nscsi0: local:${vmid}/base-${vmid}-disk-0.qcow2,size=8G\n` : '';
  return `${described(notes)}name: ${name}\nvmgenid: ${idOf(vmid)}\n${disk}${more}`;
}

/** A linked clone of the generation with that number. */
export const linkedText = (template: number, vmid: number): string =>
  `name: clone-${vmid}\nscsi0: local:${template}/base-${template}-disk-0.qcow2/${vmid}/vm-${vmid}-disk-0.qcow2\n`;

/** What the module sees of a node. */
export function look(node: ModelNode): Observed {
  const others = [...node.configs].map(([vmid, text]) => vmRecord(vmid, text));
  return {
    generations: generationsOf({ name: wanted.name, vmid: wanted.generation.first }, 'pve01', others),
    lacking: [],
    lost: [],
    others,
    storages: [],
    lists: { ha: undefined, replication: undefined, jobs: undefined },
    removals: [],
    localNode: 'pve01',
    running: node.running,
    files: new Map(),
  };
}
