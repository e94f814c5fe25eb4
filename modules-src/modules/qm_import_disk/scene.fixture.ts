import { foundVm } from '../../pve/vms/fixtures/found-vm.ts';
import type { FoundVm } from '../../pve/vms/ownership.ts';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { type Observed, type Wanted } from './plan.ts';

export const GIB = 1024 ** 3;
const storages = parseStorageConfig(`lvmthin: local-lvm
	content images,rootdir

dir: files
	path /srv/files
	content images

dir: noimages
	path /srv/noimages
	content iso,vztmpl

dir: off
	disable
	path /srv/off
	content images
`);
const [LVM] = storages;
export const [, DIR, NO_IMAGES, OFF] = storages;

export const wanted: Wanted = { vmid: 200, name: 'web-01', storage: 'local-lvm', disk: 'scsi0' };

export const image = (gib: number): NonNullable<Observed['image']> => ({
  virtualSize: gib * GIB,
  identity: { size: 5 * 1024 ** 2, inode: '7', mtimeNs: '1', ctimeNs: '2' },
});

export const vm = (config: string): FoundVm => foundVm(`name: web-01\n${config}`);

export const observed = (config = '', more: Partial<Observed> = {}): Observed => ({
  vm: vm(config),
  path: '/var/lib/vz/template/iso/noble.img',
  storage: LVM,
  free: undefined,
  image: image(2),
  digest: 'sha256:ab',
  checkMode: false,
  ...more,
});
