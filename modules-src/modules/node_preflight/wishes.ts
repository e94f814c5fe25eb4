import { imageFolder } from '../../pve/images/folder.ts';
import type { Storage } from '../../pve/text/storage-config.ts';
import { nextValues, isTemplate, parseVmConfig, type VmConfig } from '../../pve/text/vm-config.ts';
import {
  FIRST_DISK,
  imageDiskWish,
  isFirstDefault,
  type ImageDiskWish,
} from '../../pve/settings/image-disk.ts';
import { usesAgent } from '../../pve/settings/agent.ts';
import { isWindows } from '../../pve/text/ostype.ts';
import { parseSize } from '../../pve/text/size.ts';
import type { Clone, Wanted } from './params.ts';
import type { Node, World } from './world.ts';

/** Slot that a cloud image takes. */
export const imageDisk = ({ vm_image_disk: slot }: Wanted): string => slot ?? FIRST_DISK;

/** What the disks' own variable says about the one that the image becomes. */
export const imageDiskEntry = (wanted: Wanted): ImageDiskWish =>
  imageDiskWish(imageDisk(wanted), wanted.vm_disks, wanted.disk_storage);

/** Bytes that the image's disk is to have at least, where that is said. */
export const imageDiskSize = (wanted: Wanted): number | undefined =>
  parseSize(wanted.vm_disk_size ?? '') ?? imageDiskEntry(wanted).size;

export const hasDataDisks = ({ vm_data_disks: disks = {} }: Wanted): boolean => Object.keys(disks).length > 0;

/** Whether the VM may get a new system; a template has generations instead. */
export const isReplacing = ({
  vm_replace: replace = 'never',
  vm_make_template: makesTemplate,
}: Wanted): boolean => replace !== 'never' && makesTemplate !== true;

/** Storage of the image's disk. */
export const imageDiskStorage = (wanted: Wanted): string | undefined =>
  (wantsImage(wanted) ? imageDiskEntry(wanted).storage : undefined) ?? wanted.disk_storage;

/** Disks that are to be made beside the image's. */
export const furtherDisks = (wanted: Wanted): readonly (readonly [slot: string, text: string])[] =>
  Object.entries(wanted.vm_disks ?? {})
    .filter(
      ([slot, text]) =>
        !wantsImage(wanted) ||
        (slot !== imageDisk(wanted) && !isFirstDefault(slot, text, wanted.disk_storage)),
    )
    .map(([slot, text]) => [slot, text] as const);

/** URL of the cloud image: the given one, else that of the catalogue; undefined for a VM without an image. */
export function imageUrl({
  vm_cloud_image_url: url,
  vm_cloud_image: name,
  cloud_image_urls: urls,
}: Wanted): string | undefined {
  if (url !== undefined) return url;
  const listed =
    name === undefined || urls === undefined || !Object.hasOwn(urls, name) ? undefined : urls[name];
  return typeof listed === 'string' ? listed : undefined;
}

/** A name of the catalogue counts although it may be misspelt: an image is meant. */
export const wantsImage = (wanted: Wanted): boolean =>
  wanted.vm_cloud_image_url !== undefined || wanted.vm_cloud_image !== undefined;

/** The directory of fetched images; undefined where the storage that is to keep them cannot. */
export function imageCachePath(
  { cloud_image_cache_dir: place }: Wanted,
  storages: readonly Storage[],
): string | undefined {
  if (place === undefined) return undefined;
  try {
    return imageFolder(place, storages).path;
  } catch {
    // The check of storages tells why.
    return undefined;
  }
}

export const wantsCloudInit = (wanted: Wanted): boolean =>
  wantsImage(wanted) && wanted.vm_cloud_init_enabled !== false;

/** Clones that are to be made; their list counts for nothing while the switch is off. */
export const wantedClones = ({
  vm_create_clones: isOn,
  vm_clones: clones,
  vm_state: state,
}: Wanted): readonly Clone[] => (isOn === true && state !== 'absent' ? (clones ?? []) : []);

/** Whether the VM becomes a template that several nodes are to have. */
export const isReplicated = ({
  vm_template_nodes: nodes = [],
  vm_make_template: makesTemplate,
  vm_state: state,
}: Wanted): boolean => nodes.length > 0 && makesTemplate === true && state !== 'absent';

/** Whether the template gives way to newer generations instead of being changed. */
export const isRotating = (wanted: Wanted): boolean =>
  isReplicated(wanted) ||
  (wanted.vm_template_rotate === true && wanted.vm_make_template === true && wanted.vm_state !== 'absent');

/** Whether its generations are tested. */
export const isTesting = (wanted: Wanted): boolean =>
  isRotating(wanted) && (wanted.vm_template_test ?? 'none') !== 'none';

/** The wishes about the VM that is there: of a template with generations, the current one. */
export const aboutCurrent = (wanted: Wanted, { current }: Pick<World, 'current'>): Wanted =>
  current === undefined ? wanted : { ...wanted, vm_vmid: current.vmid, vm_name: current.name };

/** The same, and a VM that is known by its name alone has the VMID of that name. */
export function aboutFound(wanted: Wanted, world: World): Wanted {
  const about = aboutCurrent(wanted, world);
  return { ...about, vm_vmid: about.vm_vmid ?? world.node?.vmidOfName };
}

/** The configuration of our VM; undefined where it does not exist, or another guest has its VMID. */
export function ownConfig({ vm_vmid: vmid, vm_name: name }: Wanted, node: Node): VmConfig | undefined {
  const record = vmid === undefined ? undefined : node.records.get(vmid);
  return record?.kind === 'qemu' && record.config.get('name') === name ? record.config : undefined;
}

/** The node that our VM is on, wherever in the cluster; undefined where there is none. */
export const ownerOf = (wanted: Wanted, node: Node): string | undefined =>
  ownConfig(wanted, node) === undefined ? undefined : node.records.get(wanted.vm_vmid ?? 0)?.node;

/** What our VM will have at its next start; nothing where it does not exist. */
export const ownValues = (wanted: Wanted, node: Node): ReadonlyMap<string, string> =>
  nextValues(ownConfig(wanted, node) ?? noConfig);

const noConfig: VmConfig = parseVmConfig('');

export function isOwnTemplate(wanted: Wanted, node: Node): boolean {
  const config = ownConfig(wanted, node);
  return config !== undefined && isTemplate(config);
}

/** The snippets that the user gave a text for, by parameter. */
export const SNIPPET_TEXTS = [
  'vm_cloud_init_user_data',
  'vm_cloud_init_vendor_data',
  'vm_cloud_init_network_data',
  'vm_cloud_init_meta_data',
] as const;

/** The snippets that the user gave a text or a file of this node for, by parameter. */
export const givenSnippets = (wanted: Wanted) =>
  SNIPPET_TEXTS.flatMap(text => ([text, `${text}_file`] as const).filter(name => wanted[name] !== undefined));

export const installsAgent = (wanted: Wanted): boolean =>
  wantsCloudInit(wanted) &&
  usesAgent(wanted.vm_agent, wanted.vm_extra_config) &&
  wanted.vm_cloud_init_install_agent === true &&
  wanted.vm_cloud_init_vendor_snippet === undefined &&
  !isWindows(wanted.vm_ostype);

/** The snippets that are there already, by parameter. */
export const namedSnippets = (wanted: Wanted) =>
  (
    [
      'vm_cloud_init_user_snippet',
      'vm_cloud_init_vendor_snippet',
      'vm_cloud_init_network_snippet',
      'vm_cloud_init_meta_snippet',
    ] as const
  ).filter(name => wanted[name] !== undefined);

/** Whether texts for cloud-init go on a drive of our own, as `wishesOf` decides it for a VM that has none yet. */
export function wantsOwnDrive(wanted: Wanted): boolean {
  const { vm_cloud_init_drive: drive = 'auto', api_host: host, permissions } = wanted;
  if (!wantsCloudInit(wanted) || drive === 'pve') return false;
  if (drive === 'own') return true;
  const isForAgent = installsAgent(wanted) && namedSnippets(wanted).length === 0;
  // Whoever asks what a token needs, means to go by the API.
  const isByApi = host !== undefined || permissions === true;
  return isByApi && (givenSnippets(wanted).length > 0 || isForAgent);
}
