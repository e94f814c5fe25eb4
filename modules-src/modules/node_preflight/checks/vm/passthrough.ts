import type { Problem } from '../../../../sdk/define-module.ts';
import { onNode, problem, type Check, variableOf } from '../../check.ts';
import type { Wanted } from '../../params.ts';
import type { DeviceMapping } from '../../../../sdk/facts.ts';
import type { PciFacts } from '../../world.ts';

type Gpu = NonNullable<Wanted['vm_gpu']>[number];

export const checkGpu: Check = ({ vm_gpu: gpus = [], vm_machine: machine }) =>
  gpus.flatMap((gpu, index) => [
    ...((gpu.id === undefined) === (gpu.mapping === undefined)
      ? [problem('PVE-VM-016', `vm_gpu[${index}]`, 'has neither id nor mapping, or both', 'give one of them')]
      : []),
    ...(gpu.pcie === true && machine !== undefined && !machine.includes('q35')
      ? [
          problem(
            'PVE-VM-015',
            'vm_machine',
            `is ${machine}, and a GPU is to be PCI Express`,
            `set ${variableOf('vm_machine')}: q35, or pcie: false`,
          ),
        ]
      : []),
  ]);

export const checkPassthrough = onNode(({ vm_gpu: gpus = [] }, { pci }, { name }) => {
  if (pci === undefined || gpus.length === 0) return [];
  const noIommu = problem(
    'PVE-VM-018',
    'vm_gpu',
    `${name} has no IOMMU groups`,
    'turn on VT-d or AMD-Vi in its firmware, and intel_iommu=on where the kernel needs it',
  );
  return [
    ...gpus.flatMap((gpu, index) => missing(gpu, index, pci, name)),
    ...(pci.groups.size > 0 ? [] : [noIommu]),
  ];
});

function missing({ id, mapping }: Gpu, index: number, pci: PciFacts, name: string): Problem[] {
  const subject = `vm_gpu[${index}]` as const;
  if (mapping !== undefined && pci.mappings.every(known => known.name !== mapping))
    return [
      problem('PVE-VM-017', subject, `there is no resource mapping "${mapping}"`, mappingFix(pci.mappings)),
    ];
  return (id ?? '')
    .split(';')
    .filter(address => address !== '' && !isThere(address, pci.devices))
    .map(address =>
      problem(
        'PVE-VM-017',
        subject,
        `${name} has no PCI device "${address}"`,
        'take its address from `lspci -D`',
      ),
    );
}

export const mappingFix = (mappings: readonly DeviceMapping[]): string =>
  mappings.length === 0
    ? 'make it in the datacenter’s resource mappings'
    : `choose one of ${mappings.map(({ name }) => name).join(', ')}`;

/** The domain may be left out, and so may the function, which means all of them. */
export function devicesAt(address: string, devices: readonly string[]): string[] {
  const full = (/^[0-9a-f]{4,}:[0-9a-f]{2}:/i.test(address) ? address : `0000:${address}`).toLowerCase();
  return devices.filter(device => device === full || device.startsWith(`${full}.`));
}

const isThere = (address: string, devices: readonly string[]): boolean =>
  devicesAt(address, devices).length > 0;
