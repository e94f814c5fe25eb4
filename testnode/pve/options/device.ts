import { isVersion9 } from '../runtime/settings.ts';
import { aliasOf, BOOLEAN, formatted, integer, oneOf, onlyIn9, propertyString } from '../schema/kinds.ts';
import type { PropertySchemas, ValueSchema } from '../schema/kinds.ts';

const NET_MODELS = [
  'e1000',
  'e1000-82540em',
  'e1000-82544gc',
  'e1000-82545em',
  'e1000e',
  'i82551',
  'i82557b',
  'i82559er',
  'ne2k_isa',
  'ne2k_pci',
  'pcnet',
  'rtl8139',
  'virtio',
  'vmxnet3',
] as const;

const HEX_ID: ValueSchema = { type: 'string', pattern: /^0x[0-9a-fA-F]{4}$/ };
const PCI_ID = '(?:[0-9a-f]{4,}:)?[0-9a-f]{2}:[0-9a-f]{2}(?:\\.[0-9a-f])?';
const PCI_IDS = new RegExp(`^${PCI_ID}(;${PCI_ID})*$`, 'i');
const MAPPING: ValueSchema = { type: 'string', format: 'config-id' };
const BASE64_TEXT: ValueSchema = { type: 'string', pattern: /^[A-Za-z0-9+/]+={0,2}$/ };

/** A network device: `virtio=MAC,bridge=vmbr0`. */
export const NET_PROPERTIES: PropertySchemas = {
  model: { type: 'string', enum: NET_MODELS, required: true, isDefault: true },
  macaddr: formatted('mac'),
  bridge: formatted('bridge-id'),
  firewall: BOOLEAN,
  ...onlyIn9({ 'host-tunnel': BOOLEAN }),
  link_down: BOOLEAN,
  mtu: integer(1, 65520),
  queues: integer(0, 64),
  rate: { type: 'number', min: 0 },
  tag: integer(1, 4094),
  trunks: { type: 'string', pattern: /^\d+(?:-\d+)?(?:;\d+(?:-\d+)?)*$/ },
  ...Object.fromEntries(NET_MODELS.map(model => [model, aliasOf('macaddr', 'model')])),
};

/** cloud-init's addresses of one network device. */
export const IPCONFIG_PROPERTIES: PropertySchemas = {
  ip: formatted('ipv4-config'),
  gw: { type: 'string', format: 'ipv4', requires: 'ip' },
  ip6: formatted('ipv6-config'),
  gw6: { type: 'string', format: 'ipv6', requires: 'ip6' },
};

const HOSTPCI: PropertySchemas = {
  host: { type: 'string', pattern: PCI_IDS, isDefault: true },
  'device-id': HEX_ID,
  ...onlyIn9({ driver: oneOf('vfio', 'keep') }),
  'legacy-igd': BOOLEAN,
  mapping: MAPPING,
  mdev: { type: 'string', pattern: /^[^/.:]+$/ },
  pcie: BOOLEAN,
  rombar: BOOLEAN,
  romfile: { type: 'string', pattern: /^[^,;]+$/ },
  'sub-device-id': HEX_ID,
  'sub-vendor-id': HEX_ID,
  'vendor-id': HEX_ID,
  'x-vga': BOOLEAN,
};

const USB: PropertySchemas = {
  host: {
    type: 'string',
    isDefault: true,
    pattern: /^(spice|[0-9a-fA-F]{4}:[0-9a-fA-F]{4}|\d+-\d+(\.\d+)*)$/,
  },
  mapping: MAPPING,
  usb3: BOOLEAN,
};

const NUMA: PropertySchemas = {
  cpus: { type: 'string', pattern: /^\d+(?:-\d+)?(?:;\d+(?:-\d+)?)*$/, required: true },
  hostnodes: { type: 'string', pattern: /^\d+(?:-\d+)?(?:;\d+(?:-\d+)?)*$/ },
  memory: { type: 'number' },
  policy: oneOf('preferred', 'bind', 'interleave'),
};

const VIRTIOFS: PropertySchemas = {
  dirid: { type: 'string', format: 'config-id', required: true, isDefault: true },
  cache: oneOf('auto', 'always', 'metadata', 'never'),
  'direct-io': BOOLEAN,
  'expose-acl': BOOLEAN,
  'expose-xattr': BOOLEAN,
};

/** Options that exist several times: `net0`, `net1`, … */
const NUMBERED: readonly (readonly [name: string, count: number, schema: ValueSchema])[] = [
  ['net', 32, propertyString(NET_PROPERTIES)],
  ['ipconfig', 32, propertyString(IPCONFIG_PROPERTIES)],
  ['hostpci', 16, propertyString(HOSTPCI)],
  ['usb', 14, propertyString(USB)],
  ['numa', 8, propertyString(NUMA)],
  ['virtiofs', 10, propertyString(VIRTIOFS)],
  [
    'serial',
    4,
    { type: 'string', pattern: isVersion9() ? /^(\/dev\/[^,]+|socket)$/ : /^(\/dev\/.+|socket)$/ },
  ],
  ['parallel', 3, { type: 'string', pattern: /^(\/dev\/parport\d+|\/dev\/usb\/lp\d+)$/ }],
];

/** SMBIOS type 1 fields; values other than the UUID may be Base64. */
const SMBIOS: PropertySchemas = {
  uuid: { type: 'string', pattern: /^[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}$/ },
  base64: BOOLEAN,
  ...Object.fromEntries(
    ['family', 'manufacturer', 'product', 'serial', 'sku', 'version'].map(field => [field, BASE64_TEXT]),
  ),
};

/** Options about devices other than drives. */
export const DEVICE_OPTIONS: Readonly<Record<string, ValueSchema>> = {
  ...Object.fromEntries(
    NUMBERED.flatMap(([name, count, schema]) =>
      Array.from({ length: count }, (_, slot) => [`${name}${slot}`, schema]),
    ),
  ),
  audio0: propertyString({
    device: { type: 'string', enum: ['ich9-intel-hda', 'intel-hda', 'AC97'], required: true },
    driver: oneOf('spice', 'none'),
  }),
  ivshmem: propertyString({
    size: { type: 'integer', min: 1, required: true },
    name: { type: 'string', pattern: /^[a-zA-Z0-9-]+$/ },
  }),
  rng0: propertyString({
    source: {
      type: 'string',
      enum: ['/dev/urandom', '/dev/random', '/dev/hwrng'],
      isDefault: true,
      required: true,
    },
    max_bytes: integer(),
    period: integer(),
  }),
  smbios1: { ...propertyString(SMBIOS), maxLength: 512 },
  spice_enhancements: propertyString({
    foldersharing: BOOLEAN,
    videostreaming: oneOf('off', 'all', 'filter'),
  }),
  vga: propertyString({
    type: {
      type: 'string',
      isDefault: true,
      enum: 'cirrus qxl qxl2 qxl3 qxl4 none serial0 serial1 serial2 serial3 std virtio virtio-gl vmware'.split(
        ' ',
      ),
    },
    clipboard: oneOf('vnc'),
    memory: integer(4, 512),
  }),
  watchdog: propertyString({
    model: { type: 'string', enum: ['i6300esb', 'ib700'], isDefault: true },
    action: oneOf('reset', 'shutdown', 'poweroff', 'pause', 'debug', 'none'),
  }),
};
