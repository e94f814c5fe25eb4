import { parseProperties } from '../../../../pve/text/property-string.ts';
import type { DeviceMapping } from '../../../../sdk/facts.ts';
import type { Problem } from '../../../../sdk/define-module.ts';
import { onNode, problem, type Subject } from '../../check.ts';
import type { PciFacts } from '../../world.ts';
import { devicesAt, mappingFix } from './passthrough.ts';

/** A VM gets a whole IOMMU group: what else is in it is lost to the node, or keeps the VM from starting. */
export const checkIommuGroups = onNode(({ vm_gpu: gpus = [] }, { pci }) => {
  if (pci === undefined) return [];
  const { devices, groups } = pci;
  const handed = gpus.map(({ id = '' }) => id.split(';').flatMap(address => devicesAt(address, devices)));
  const all = new Set(handed.flat());
  return handed.flatMap((own, index) => {
    const wanted = new Set(own.flatMap(device => groups.get(device) ?? []));
    const others = [...groups].filter(([device, group]) => wanted.has(group) && !all.has(device));
    if (others.length === 0) return [];
    const message = `its IOMMU group also has ${others.map(([device]) => device).join(', ')}`;
    return [
      problem(
        'PVE-VM-022',
        `vm_gpu[${index}]`,
        message,
        'hand them over too, or put the device into another slot',
      ),
    ];
  });
});

/** A mapping stands for a device on each node; on this one it must be there, in the group that it had. */
export const checkMappings = onNode(({ vm_gpu: gpus = [] }, { pci }, { name }) =>
  gpus.flatMap(({ mapping }, index) => {
    const found = pci?.mappings.find(known => known.name === mapping);
    if (pci === undefined || found === undefined) return [];
    return mappingProblems(found, pci, name).map(message =>
      problem('PVE-VM-023', `vm_gpu[${index}]`, `the mapping "${found.name}" ${message}`, REMAP),
    );
  }),
);

const REMAP = 'correct it in the datacenter’s resource mappings';

function mappingProblems({ devices }: DeviceMapping, pci: PciFacts, name: string): string[] {
  const here = devices.filter(({ node }) => node === name);
  if (here.length === 0) return [`has no device on ${name}`];
  const missing = here.filter(({ path }) =>
    path.split(';').some(one => devicesAt(one, pci.devices).length === 0),
  );
  const moved = here.filter(({ path, group }) => {
    const [first] = devicesAt(path.split(';', 1)[0] ?? '', pci.devices);
    const now = first === undefined ? undefined : pci.groups.get(first);
    return group !== undefined && now !== undefined && now !== group;
  });
  return [
    ...missing.map(({ path }) => `names ${path}, which ${name} does not have`),
    ...moved.map(
      ({ path, group = '' }) => `says that ${path} is in IOMMU group ${group}, and it is in another`,
    ),
  ];
}

/** Kinds of mappings that `qm` takes among its other options. */
const EXTRA_KINDS = [
  {
    option: /^usb\d+$/,
    defaultKey: 'host',
    property: 'mapping',
    missing: 'PVE-VM-024',
    what: 'USB',
    list: 'usbMappings',
  },
  {
    option: /^virtiofs\d+$/,
    defaultKey: 'dirid',
    property: 'dirid',
    missing: 'PVE-VM-035',
    what: 'directory',
    list: 'dirMappings',
  },
] as const;

/** USB devices and directories by mapping, which `qm` takes among its other options. */
export const checkExtraMappings = onNode(({ vm_extra_config: extra = {} }, node, { name }) =>
  Object.entries(extra).flatMap(([option, value]): Problem[] => {
    const kind = EXTRA_KINDS.find(one => one.option.test(option));
    const mapping =
      kind === undefined ? undefined : parseProperties(String(value), kind.defaultKey).get(kind.property);
    if (kind === undefined || mapping === undefined) return [];
    const subject: Subject = `vm_extra_config.${option}`;
    const known = node[kind.list];
    const found = known.find(one => one.name === mapping);
    if (found === undefined)
      return [
        problem(kind.missing, subject, `there is no ${kind.what} mapping "${mapping}"`, mappingFix(known)),
      ];
    if (found.devices.some(device => device.node === name)) return [];
    return [problem('PVE-VM-023', subject, `the mapping "${mapping}" has no device on ${name}`, REMAP)];
  }),
);
