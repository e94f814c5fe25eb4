import { addPciDevice } from '../../testnode/host/pci-device.ts';
import { publishImage } from '../published-image.ts';
import type { Scene } from '../scene.ts';
import { asRoot } from './token.ts';

/** An example that works by the API, and what it is run with, once or several times. */
export interface Example {
  readonly name: string;
  /** What is special where it is run with other variables. */
  readonly variant?: string;
  readonly runs: readonly Readonly<Record<string, unknown>>[];
  /** Privileges whose work another one lets do as well. */
  readonly spare?: readonly string[];
  /** What must be there. */
  readonly prepare?: (scene: Scene) => Promise<unknown>;
}

const once = (name: string): Example => ({ name, runs: [{}] });

/** A newer build each time would do as well: the third generation lets the first one go. */
const GENERATIONS = [{}, { proxmox_vm_memory: 1024 }, { proxmox_vm_memory: 1536 }];

const WELL = [{ match: 'cloud-init status', output: 'status: done\n--units--\n' }];

/** Texts go on a drive of our own, and who may VM.Config.Network may set what cloud-init is told, too. */
const TEXTS = ['VM.Config.Cloudinit'];

/** By its address a device is root's alone. */
async function mapDevice({ cluster }: Scene): Promise<void> {
  await addPciDevice(cluster, 'pve01', { address: '0000:01:00.0', iommuGroup: 1 });
  const map = 'id=10de:2204,iommugroup=1,node=pve01,path=0000:01:00.0';
  await asRoot(cluster, 'mkdir -p /etc/pve/mapping');
  await cluster.writeFile('pve01', '/etc/pve/mapping/pci.cfg', `gpu\n\tmap ${map}\n`);
}

export const EXAMPLES: readonly Example[] = [
  ...['basic', 'static-ip', 'predefined', 'minimal', 'production'].map(once),
  ...['api', 'api-fleet', 'fleet', 'kubernetes', 'secure-boot', 'demo', 'drift'].map(once),
  {
    name: 'first-boot',
    runs: [{}],
    // Something answers where the guest would.
    prepare: ({ cluster }) => asRoot(cluster, 'ip addr add 10.98.0.103/24 dev vmbr0'),
  },
  { name: 'api', variant: 'downloads of the node', runs: [{ proxmox_cloud_image_via: 'node' }] },
  {
    name: 'api',
    variant: 'old images go',
    runs: [{ proxmox_cloud_image_prune_days: 30 }],
    // None is old here.
    spare: ['Datastore.Allocate'],
  },
  {
    name: 'kubernetes',
    variant: 'a pool',
    runs: [{ proxmox_vm_pool: 'shop' }],
    prepare: ({ cluster }) => asRoot(cluster, 'pvesh create /pools --poolid shop'),
  },
  {
    name: 'gpu',
    runs: [{ proxmox_vm_gpu: [{ mapping: 'gpu', pcie: true }] }],
    prepare: mapDevice,
  },
  {
    name: 'data-disks',
    // The first drive gives way to one with another user.
    runs: [{}, { proxmox_vm_cloud_init_user: 'dba' }],
    // Who may remove that drive (Datastore.Allocate) sees every disk of a storage.
    spare: ['Datastore.Audit', ...TEXTS],
  },
  {
    name: 'data-disks',
    variant: "Proxmox VE's cloud-init drive",
    runs: [{ proxmox_vm_cloud_init_user_data: '' }],
  },
  {
    name: 'replace',
    // A newer image would do as well; a guest of the test node does not obey a shutdown.
    runs: [{}, { proxmox_vm_replace: 'always' }].map(one => ({ ...one, proxmox_vm_shutdown_timeout: 1 })),
    // The drive stays, and who may remove it sees every disk of a storage.
    spare: ['Datastore.Allocate', 'Datastore.Audit', ...TEXTS],
    prepare: scene => publishImage(scene, '64M', true),
  },
  { name: 'template-rotation', runs: GENERATIONS },
  {
    name: 'template-test',
    runs: GENERATIONS.map(one => ({ ...one, proxmox_vm_template_test_timeout: 30 })),
    spare: TEXTS,
    prepare: async scene => {
      await publishImage(scene, '64M', true);
      const faults = JSON.stringify({ guestPrograms: WELL });
      await scene.cluster.writeFile('pve01', '/etc/testnode/faults.json', faults);
    },
  },
];
