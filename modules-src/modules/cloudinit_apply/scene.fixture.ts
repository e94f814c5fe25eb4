import { foundVm } from '../../pve/vms/fixtures/found-vm.ts';
import type { FoundVm } from '../../pve/vms/ownership.ts';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import type { Observed, Wanted } from './plan.ts';
import { NEW_ID } from '../../pve/vms/fixtures/new-id.ts';

export const [LOCAL] = parseStorageConfig('dir: local\n\tpath /var/lib/vz\n\tcontent snippets,images\n');
export const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@example.test';
export const HASH = '$5$0tOMUZqT$iE/JwG.Ch62jJhey7.pS4JiUmGUNVfrywpEwsc1CBk4';
export const DRIVE = 'citype: nocloud\nscsi1: local:200/vm-200-cloudinit.qcow2,media=cdrom\n';

export const wanted: Wanted = {
  vmid: 200,
  name: 'web-01',
  storage: 'local',
  agent: 'false',
  type: 'nocloud',
};

export const vm = (config: string): FoundVm => foundVm(`name: web-01\n${config}`);

export const observed = (config: string, more: Partial<Observed> = {}): Observed => ({
  vm: vm(config),
  id: NEW_ID,
  others: [],
  snippetStorage: LOCAL,
  driveStorage: undefined,
  usesOwnDrive: false,
  isoImages: [],
  snippetTexts: new Map(),
  ownSnippets: { places: [], hidden: [] },
  customTexts: new Map(),
  drive: undefined,
  resolver: { servers: ['192.0.2.53'], domains: [] },
  passwordHash: undefined,
  fileKeys: [],
  fileTexts: new Map(),
  ...more,
});
