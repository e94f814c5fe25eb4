import { described } from '../../pve/vms/fixtures/model-config.ts';
import { foundIn } from '../../pve/vms/fixtures/found-vm.ts';
import { modelNode, performSteps, type ModelNode } from '../../pve/vms/fixtures/model-node.ts';
import { withMarker } from '../../pve/vms/marker.ts';
import type { FoundVm } from '../../pve/vms/ownership.ts';
import type { SnippetKind } from '../../pve/text/cloud-init-volumes.ts';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import type { Lane, QmAction, Step } from '../../sdk/step.ts';
import { NEW_ID } from '../../pve/vms/fixtures/new-id.ts';
import { planClones } from './plan.ts';
import type { Clone, Drives, Observed, Wanted } from './wanted.ts';

const [LOCAL] = parseStorageConfig('dir: local\n\tpath /var/lib/vz\n\tcontent snippets,images\n');
export const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@example.test';

export const TEMPLATE = `${described(withMarker('golden', { vmid: 9000, image: 'noble.img', digest: 'sha256:ab' }))}boot: order=scsi0
citype: nocloud
ciuser: ubuntu
ipconfig0: ip=dhcp
memory: 2048
name: tpl
net0: virtio=BC:24:11:00:00:01,bridge=vmbr0
scsi0: local-lvm:base-9000-disk-0,size=8G
scsi1: local-lvm:vm-9000-cloudinit,media=cdrom
template: 1
`;

export const clone = (more: Partial<Clone> = {}): Clone => ({
  name: 'web-01',
  vmid: 301,
  full: false,
  start: false,
  ...more,
});
export const wanted = (...clones: Partial<Clone>[]): Wanted => ({
  vmid: 9000,
  name: 'tpl',
  clones: clones.map(clone),
});

export interface Scene {
  readonly node?: ModelNode;
  readonly snippets?: ReadonlyMap<SnippetKind, string>;
  readonly storage?: Observed['snippetStorage'];
  readonly drives?: Drives;
  readonly checkMode?: boolean;
  readonly lost?: readonly string[];
}

export const NO_DRIVES: Drives = {
  usesOwnDrive: false,
  driveStorage: undefined,
  fileTexts: new Map(),
  resolver: { servers: [], domains: [] },
  isoImages: [],
};

/** What the module would observe on the model's node. */
export function look(
  wanted: Wanted,
  {
    node = modelNode({ 9000: TEMPLATE }),
    snippets,
    storage = LOCAL,
    drives = NO_DRIVES,
    checkMode = false,
    lost = [],
  }: Scene = {},
): Observed {
  const found = (vmid: number): FoundVm => foundIn(node, vmid);
  return {
    template: found(wanted.vmid),
    templateSnippets: snippets ?? new Map(),
    snippetStorage: storage,
    drives,
    others: [],
    replicas: [],
    storages: storage === undefined ? [] : [storage],
    clones: wanted.clones.map(wish => {
      const known = { ...wish, vmid: wish.vmid ?? 0 };
      return { clone: known, vm: found(known.vmid), id: NEW_ID, snippetTexts: node.files };
    }),
    checkMode,
    lost,
  };
}

export const plan = (wanted: Wanted, scene?: Scene): Lane[] => planClones(wanted, look(wanted, scene));
export const lane = (more: Partial<Clone>, scene?: Scene): readonly Step[] =>
  plan(wanted(more), scene)[0] ?? [];

export const calls = (steps: readonly Step[]): QmAction[] =>
  steps.flatMap(({ action }) => (action.kind === 'qm' ? [action] : []));
export const verbs = (steps: readonly Step[]): string[] =>
  steps.map(({ action }) => (action.kind === 'qm' ? action.verb : action.kind));
export const setOf = (steps: readonly Step[]) => calls(steps).find(({ verb }) => verb === 'set')?.properties;
export const descriptionOf = (steps: readonly Step[]): string => {
  const description = setOf(steps)?.['description'];
  return typeof description === 'string' ? description : '';
};
export const refusalOf = (steps: readonly Step[]): string | undefined =>
  steps.flatMap(({ action }) => (action.kind === 'refuse' ? [action.reason] : []))[0];

/** A node on which that clone was made already. */
export function made(
  more: Partial<Clone> = {},
  change: (config: string) => string = config => config,
): ModelNode {
  const node = modelNode({ 9000: TEMPLATE });
  performSteps(node, lane(more, { node }));
  node.configs.set(301, change(node.configs.get(301) ?? ''));
  return node;
}
