import { firstClone, place, storages, type BrokenWorld } from './world.fixture.ts';

const LVM = 'lvmthin: local-lvm\n\tcontent rootdir,images\n';
const local = (...lines: readonly string[]): string =>
  `dir: local\n\tpath /var/lib/vz\n${lines.map(line => `\t${line}\n`).join('')}\n`;

const image = { bytes: 600 * 1024 ** 2, virtualSize: 3758096384 };

export const storageWorlds: readonly BrokenWorld[] = [
  {
    title: 'a storage that does not exist',
    codes: ['PVE-STO-001'],
    wanted: { disk_storage: 'local-zfs' },
  },
  {
    title: 'a storage that nothing will be put on',
    codes: [],
    wanted: {
      disk_storage: 'local-zfs',
      vm_cloud_image: undefined,
      vm_disks: { scsi0: 'local-lvm:32' },
      vm_make_template: false,
      vm_create_clones: false,
    },
  },
  {
    title: 'storages of EFI disk, TPM, data disk and clone that do not exist',
    codes: ['PVE-STO-001', 'PVE-STO-001', 'PVE-STO-001', 'PVE-STO-001'],
    wanted: {
      vm_uefi: true,
      vm_efi_storage: 'a1',
      vm_tpm: true,
      vm_tpm_storage: 'b1',
      vm_disks: { scsi2: 'c1:8' },
      ...firstClone({ full: true, storage: 'd1' }),
    },
  },
  {
    title: 'a storage of a data disk that does not exist',
    codes: ['PVE-STO-001'],
    wanted: {
      vm_data_disks: { scsi2: { name: 'pgdata', size: '1G', storage: 'tank' } },
      vm_make_template: false,
      vm_create_clones: false,
    },
  },
  {
    title: 'a storage that is disabled',
    codes: ['PVE-STO-002', 'PVE-STO-002'],
    node: { storages: storages(`${local('content snippets,images')}${LVM}\tdisable 1\n`) },
  },
  {
    title: 'a storage of other nodes',
    codes: ['PVE-STO-003', 'PVE-STO-003'],
    node: { storages: storages(`${local('content snippets,images')}${LVM}\tnodes pve02,pve03\n`) },
  },
  {
    title: 'a storage without disk images',
    codes: ['PVE-STO-004'],
    wanted: { disk_storage: 'local' },
    node: { storages: storages(`${local('content iso,snippets')}${LVM}`) },
  },
  {
    title: 'user data, and no storage for snippets',
    codes: ['PVE-STO-005'],
    wanted: { vm_cloud_init_user_data: '#cloud-config\npackages: [git]\n' },
    node: { storages: storages(`${local('content iso')}${LVM}`) },
  },
  {
    title: 'a storage for snippets that holds none',
    codes: ['PVE-STO-005'],
    wanted: { vm_cloud_init_snippets_storage: 'local' },
    node: { storages: storages(`${local('content iso')}${LVM}`) },
  },
  {
    title: 'snippets on a storage of blocks',
    codes: ['PVE-STO-006'],
    wanted: { vm_cloud_init_snippets_storage: 'local-lvm' },
  },
  {
    title: 'no storage for snippets, by which the agent would be installed',
    codes: ['PVE-CI-008'],
    node: { storages: storages(`${local('content iso')}${LVM}`) },
  },
  {
    title: 'no storage for snippets, and none needed',
    codes: [],
    wanted: { vm_cloud_init_install_agent: false },
    node: { storages: storages(`${local('content iso')}${LVM}`) },
  },
  {
    title: 'a storage that is not mounted',
    codes: ['PVE-STO-007'],
    wanted: { disk_storage: 'local', vm_cloud_init_install_agent: false },
    node: place('/var/lib/vz', { kind: 'missing' }),
  },
  {
    title: 'a file where the snippets belong',
    codes: ['PVE-STO-007'],
    node: place('/var/lib/vz/snippets', { kind: 'other' }),
  },
  {
    title: 'snippets whose directory is still to be made',
    codes: [],
    node: place('/var/lib/vz/snippets', { kind: 'missing' }),
  },
  {
    title: 'a storage with less space than the image needs',
    codes: ['PVE-STO-008'],
    wanted: { disk_storage: 'local' },
    node: { ...place('/var/lib/vz', { freeBytes: 1024 ** 2 }), image },
  },
  {
    title: 'a storage of blocks with less space than the image needs',
    codes: ['PVE-STO-008'],
    node: { storageFree: new Map([['local-lvm', 1024 ** 2]]), image },
  },
  {
    title: 'thick volumes that need all their space at once',
    codes: ['PVE-STO-008'],
    wanted: { vm_make_template: false, vm_create_clones: false },
    node: {
      storages: storages(`${local('content snippets,images')}lvm: local-lvm\n\tcontent rootdir,images\n`),
      storageFree: new Map([['local-lvm', 2 * 1024 ** 3]]),
      image,
    },
  },
  {
    title: 'a disk that may grow beyond what is free',
    codes: ['PVE-STO-012'],
    wanted: { vm_disk_size: '20G' },
    node: { storageFree: new Map([['local-lvm', 10 * 1024 ** 3]]), image },
  },
  {
    title: 'space for the image and for all it may grow to',
    codes: [],
    wanted: { vm_import_disk_size_increase: '+5G' },
    node: { storageFree: new Map([['local-lvm', 10 * 1024 ** 3]]), image },
  },
  {
    title: 'an image cache on a storage that there is not',
    codes: ['PVE-STO-001'],
    wanted: { cloud_image_cache_dir: 'images' },
  },
  {
    title: 'an image cache on a storage of blocks',
    codes: ['PVE-STO-006'],
    wanted: { cloud_image_cache_dir: 'local-lvm' },
  },
  {
    title: 'an image cache on a storage that holds no images to import',
    codes: ['PVE-STO-013'],
    wanted: { cloud_image_cache_dir: 'local' },
    node: {
      storages: storages(`${local('content snippets,images')}lvmthin: local-lvm\n\tcontent rootdir,images\n`),
    },
  },
  {
    title: 'an image cache among the ISO images of a storage',
    codes: [],
    wanted: { cloud_image_cache_dir: 'local' },
  },
  {
    title: 'an image cache among the views of the kernel',
    codes: ['PVE-STO-009'],
    wanted: { cloud_image_cache_dir: '/proc/images' },
    node: place('/proc/images', { kind: 'missing', freeBytes: 0 }),
  },
  {
    title: 'an image cache that cannot be written',
    codes: ['PVE-STO-009'],
    node: place('/var/lib/vz/template/iso', { isWritable: false }),
  },
  {
    title: 'an image cache that is a file',
    codes: ['PVE-STO-009'],
    node: place('/var/lib/vz/template/iso', { kind: 'other' }),
  },
  {
    title: 'an image cache that everybody can write to',
    codes: ['PVE-STO-014'],
    node: place('/var/lib/vz/template/iso', {
      exposure: {
        why: '/var/lib/vz/template/iso may be written to by others than root',
        wayOut: 'chmod go-w',
      },
    }),
  },
  {
    title: 'an image cache with little space',
    codes: ['PVE-STO-010'],
    node: place('/var/lib/vz/template/iso', { freeBytes: 1024 ** 2 }),
  },
  {
    title: 'an image cache with little space that has the image',
    codes: [],
    node: { ...place('/var/lib/vz/template/iso', { freeBytes: 1024 ** 2 }), image },
  },
  {
    title: 'a template on thick LVM',
    codes: ['PVE-STO-011'],
    node: {
      storages: storages(`${local('content snippets,images')}lvm: local-lvm\n\tcontent rootdir,images\n`),
    },
  },
];
