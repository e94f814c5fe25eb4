import { customModelsIn } from '../../pve/settings/cpu-models.ts';
import { parseProperties, type Properties } from '../../pve/text/property-string.ts';
import type { Bridges, DeviceMapping, MappedDevice } from '../../sdk/facts.ts';
import { exists, listDirectory, readText } from '../../system/files.ts';

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

/** IOMMU group of each PCI device, bridges left out: they stay with the node. */
export async function readIommuGroups(
  folder = '/sys/kernel/iommu_groups',
): Promise<ReadonlyMap<string, string>> {
  const groups = await listDirectory(folder);
  const members = await Promise.all(
    groups.map(async group => {
      const devices = await listDirectory(`${folder}/${group}/devices`);
      const classes = await Promise.all(
        devices.map(device => readText(`${folder}/${group}/devices/${device}/class`)),
      );
      const isBridge = (index: number): boolean => classes[index]?.startsWith('0x06') === true;
      return devices.filter((_, index) => !isBridge(index)).map(device => [device, group] as const);
    }),
  );
  return new Map(members.flat());
}

/** The resource mappings of the cluster: sections of a name and lines `map node=…,path=…,iommugroup=…`. */
export async function readMappings(
  kind: 'pci' | 'usb' | 'dir',
  folder = '/etc/pve/mapping',
): Promise<readonly DeviceMapping[]> {
  const text = (await readText(`${folder}/${kind}.cfg`)) ?? '';
  const mappings: { readonly name: string; readonly devices: MappedDevice[] }[] = [];
  for (const line of text.split('\n')) {
    const name = /^([A-Za-z][\w-]*)\s*$/.exec(line)?.[1];
    if (name !== undefined) mappings.push({ name, devices: [] });
    const device = /^\s+map\s+(.+)/.exec(line)?.[1];
    if (device !== undefined) mappings.at(-1)?.devices.push(mappedDevice(parseProperties(device, 'id')));
  }
  return mappings;
}

const mappedDevice = (properties: Properties): MappedDevice => ({
  node: properties.get('node') ?? '',
  path: properties.get('path') ?? '',
  group: properties.get('iommugroup'),
});

export const listCustomModels = async (
  file = '/etc/pve/virtual-guest/cpu-models.conf',
): Promise<readonly string[]> => customModelsIn((await readText(file)) ?? '');
