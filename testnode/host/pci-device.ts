import type { Cluster } from './cluster-handle.ts';

/** A PCI device that a node only looks as if it had: a VM can be given it, and no guest can use it. */
export interface PciDevice {
  /** With domain and function, such as 0000:01:00.0. */
  readonly address: string;
  readonly iommuGroup: number;
  /** As sysfs has it; absent: a VGA controller. */
  readonly deviceClass?: string;
}

const VGA_CONTROLLER = '0x030000';
const DEVICES = '/sys/bus/pci';
const GROUPS = '/sys/kernel/iommu_groups';
const NUMBERS =
  'echo 0x10de >vendor && echo 0x2204 >device && echo 0x0000 | tee subsystem_vendor >subsystem_device';

/** Puts a device among those that the node's programs see, in place of the machine's own the first time. */
export async function addPciDevice(cluster: Cluster, node: string, device: PciDevice): Promise<void> {
  const { address, iommuGroup, deviceClass = VGA_CONTROLLER } = device;
  const folders = [`${DEVICES}/devices/${address}`, `${GROUPS}/${iommuGroup}/devices/${address}`];
  const script = [
    `for place in ${DEVICES} ${GROUPS}; do`,
    '  [ "$(stat -f -c %T $place)" = tmpfs ] || mount -t tmpfs -o mode=0755 tmpfs $place || exit 1',
    'done',
    ...folders.map(folder => `mkdir -p ${folder} && cd ${folder} && echo ${deviceClass} >class || exit 1`),
    // Somebody's, as long as nobody asks whose.
    ...folders.map(folder => `cd ${folder} && ${NUMBERS} || exit 1`),
    `ln -sfn ${GROUPS}/${iommuGroup} ${DEVICES}/devices/${address}/iommu_group`,
  ];
  await cluster.succeed(node, ['sh', '-c', script.join('\n')]);
}
