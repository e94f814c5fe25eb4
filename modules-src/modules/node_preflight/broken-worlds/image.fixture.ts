import type { BrokenWorld } from './world.fixture.ts';

const image = { bytes: 600 * 1024 ** 2, virtualSize: 3758096384 };

export const imageWorlds: readonly BrokenWorld[] = [
  {
    title: 'a misspelt name of the catalogue',
    codes: ['PVE-IMG-001'],
    wanted: { vm_cloud_image: 'ubuntu-24.4' },
  },
  {
    title: 'a URL in the catalogue that is none',
    codes: ['PVE-IMG-002'],
    wanted: { vm_cloud_image: 'mine', cloud_image_urls: { mine: '/srv/image.qcow2' } },
  },
  {
    title: 'a signature of nobody in particular',
    codes: ['PVE-IMG-004'],
    wanted: { vm_cloud_image_signature_url: 'https://images.example/SHA256SUMS.gpg' },
  },
  {
    title: 'a signature demanded of an image that has none',
    codes: ['PVE-IMG-004'],
    wanted: { cloud_image_verify: 'signed' },
  },
  {
    title: 'a checksum demanded of an image that has none',
    codes: ['PVE-IMG-004'],
    wanted: { cloud_image_verify: 'checksum', vm_cloud_image_checksum: undefined },
  },
  {
    title: 'a keyring where no signature is asked for',
    codes: ['PVE-IMG-008'],
    wanted: {
      cloud_image_verify: 'checksum',
      vm_cloud_image_checksum: `sha256:${'a'.repeat(64)}`,
      vm_cloud_image_keyring: '/etc/keys.asc',
    },
  },
  {
    title: 'a keyring for all images, one of which is said to be unsigned',
    codes: [],
    wanted: { cloud_image_verify: 'unsigned', vm_cloud_image_keyring: '/etc/keys.asc' },
  },
  {
    title: 'headers that no request can have',
    codes: ['PVE-IMG-009', 'PVE-IMG-009', 'PVE-IMG-009'],
    wanted: {
      vm_cloud_image_headers: { 'X Key': 'a', 'X-Key': 'hidden\nvalue', 'X-List': ['a'], 'X-Good': 7 },
    },
  },
  {
    title: 'a name and a URL',
    codes: ['PVE-IMG-005'],
    wanted: { vm_cloud_image_url: 'https://images.example/mine.img' },
  },
  {
    title: 'a name, and the URL that the catalogue has for it',
    codes: [],
    wanted: { vm_cloud_image_url: 'https://images.example/ubuntu-24.04-server-cloudimg-amd64.img' },
  },
  {
    title: 'a disk smaller than the image',
    codes: ['PVE-IMG-006'],
    wanted: { vm_disk_size: '2G' },
    node: { image },
  },
  {
    title: 'a disk smaller than any image of that name, before there is one',
    codes: ['PVE-IMG-006'],
    wanted: { vm_disk_size: '2G', image_min_disk: '10G' },
  },
  { title: 'a disk larger than the image', codes: [], wanted: { vm_disk_size: '20G' }, node: { image } },
  {
    title: 'an image for a processor that Proxmox VE does not have',
    codes: ['PVE-IMG-007'],
    wanted: { vm_cloud_image: undefined, vm_cloud_image_url: 'https://images.example/noble-riscv64.img' },
  },
  { title: 'an image for ARM64', codes: ['PVE-IMG-007'], wanted: { vm_cloud_image: 'ubuntu-24.04-arm64' } },
  {
    title: 'an image for ARM64 on ARM64',
    codes: [],
    wanted: { vm_cloud_image: 'ubuntu-24.04-arm64' },
    machine: { architecture: 'arm64' },
  },
];
