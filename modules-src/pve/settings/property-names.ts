import { nearest } from '../../sdk/nearest.ts';

const words = (text: string): readonly string[] => text.split(' ');

const NET_MODELS = words(
  'e1000 e1000-82540em e1000-82544gc e1000-82545em e1000e i82551 i82557b i82559er ne2k_isa ne2k_pci pcnet rtl8139 virtio vmxnet3',
);
const DRIVE = words(
  'aio backup bps bps_max_length bps_rd bps_rd_max_length bps_wr bps_wr_max_length cache cyls detect_zeroes discard file ' +
    'format heads import-from iops iops_max iops_max_length iops_rd iops_rd_max iops_rd_max_length iops_wr iops_wr_max ' +
    'iops_wr_max_length mbps mbps_max mbps_rd mbps_rd_max mbps_wr mbps_wr_max media replicate rerror secs serial shared size ' +
    'snapshot trans volume werror',
);

/** Properties of each option by its name without a number, as `qm` of PVE 8.4 and 9.2 has them, other names of theirs too. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  agent: words('enabled freeze-fs freeze-fs-on-backup fstrim_cloned_disks guest-fsfreeze type'),
  'amd-sev': words('allow-smt kernel-hashes no-debug no-key-sharing type'),
  audio: words('device driver'),
  boot: words('legacy order'),
  cicustom: words('meta network user vendor'),
  cpu: words('cputype flags guest-phys-bits hidden hv-vendor-id level phys-bits reported-model'),
  efidisk: words('efitype file format import-from ms-cert pre-enrolled-keys size volume'),
  hostpci: words(
    'device-id driver host legacy-igd mapping mdev pcie rombar romfile sub-device-id sub-vendor-id vendor-id x-vga',
  ),
  ide: [...DRIVE, ...words('model ssd wwn')],
  'intel-tdx': words('attestation type vsock-cid vsock-port'),
  ipconfig: words('gw gw6 ip ip6'),
  ivshmem: words('name size'),
  machine: words('aw-bits enable-s3 enable-s4 type viommu'),
  memory: words('current'),
  net: [
    ...words('bridge firewall host-tunnel link_down macaddr model mtu queues rate tag trunks'),
    ...NET_MODELS,
  ],
  numa: words('cpus hostnodes memory policy'),
  rng: words('max_bytes period source'),
  sata: [...DRIVE, ...words('ssd wwn')],
  scsi: [...DRIVE, ...words('iothread product queues ro scsiblock ssd vendor wwn')],
  smbios1: words('base64 family manufacturer product serial sku uuid version'),
  spice_enhancements: words('foldersharing videostreaming'),
  startup: words('down order up'),
  tpmstate: words('file format import-from size version volume'),
  usb: words('host mapping usb3'),
  vga: words('clipboard memory type'),
  virtio: [...DRIVE, ...words('iothread ro')],
  virtiofs: words('cache direct-io dirid expose-acl expose-xattr'),
  watchdog: words('action model'),
};

/** The properties that an option may have; undefined: it has none, or is not known. */
export const propertyNames = (option: string): readonly string[] | undefined =>
  own(option) ?? own(option.replace(/\d+$/, ''));

const own = (option: string): readonly string[] | undefined =>
  Object.hasOwn(NAMES, option) ? NAMES[option] : undefined;

/** A property of a text that its option does not have, and the one that was meant, where any is near. */
export interface UnknownProperty {
  readonly name: string;
  readonly meant: string | undefined;
}

/** What `qm` would refuse, once it is asked; a newer one may know more. */
export function unknownProperties(option: string, text: string): readonly UnknownProperty[] {
  const known = propertyNames(option);
  if (known === undefined) return [];
  return text
    .split(',')
    .flatMap(part => /^\s*([^=\s]+)=/.exec(part)?.[1] ?? [])
    .filter(name => !known.includes(name))
    .map(name => ({ name, meant: nearest(name, known) }));
}
