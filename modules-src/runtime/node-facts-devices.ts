import { exists, readText } from './node-files.ts';
import { listDirectory } from './vm-files.ts';

/** Bridges by name, with their MTU. */
export type Bridges = ReadonlyMap<string, number>;

/** Every interface that a VM can be plugged into: Linux bridges, and Open vSwitch's, which look like any interface. */
export async function readBridges(folder = '/sys/class/net'): Promise<Bridges> {
  const names = await listDirectory(folder);
  const hasOpenVswitch = names.includes('ovs-system');
  const found = await Promise.all(
    names.map(async name => {
      const isBridge = hasOpenVswitch || (await exists(`${folder}/${name}/bridge`));
      return isBridge ? [[name, await readMtu(`${folder}/${name}/mtu`)] as const] : [];
    }),
  );
  return new Map(found.flat());
}

const readMtu = async (path: string): Promise<number> => Number((await readText(path)) ?? '1500');

/** Addresses of the machine's PCI devices, such as 0000:01:00.0. */
export const listPciDevices = (): Promise<readonly string[]> => listDirectory('/sys/bus/pci/devices');

/** Whether PCI devices can be handed to a VM at all. */
export const hasIommu = async (): Promise<boolean> =>
  (await listDirectory('/sys/kernel/iommu_groups')).length > 0;

/** Names of the PCI resource mappings of the cluster. */
export async function listPciMappings(path = '/etc/pve/mapping/pci.cfg'): Promise<readonly string[]> {
  const text = (await readText(path)) ?? '';
  return text.split('\n').flatMap(line => /^([A-Za-z][\w-]*)\s*$/.exec(line)?.[1] ?? []);
}
