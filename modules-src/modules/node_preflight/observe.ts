import { homedir } from 'node:os';
import type { GuestEntry } from '../../sdk/readings.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { currentOf, generationsOf, nameOf } from '../../pve/vms/generations/family.ts';
import type { Identity } from '../../pve/vms/ownership.ts';
import { contentPath } from '../../pve/text/storage-content.ts';
import { parseStorageConfig, type Storage } from '../../pve/text/storage-config.ts';
import { nextValues } from '../../pve/text/vm-config.ts';
import { keyLines } from '../../pve/text/key-lines.ts';
import { READ_VMS, readVm, surveyVms } from '../../pve/vms/find.ts';
import { VMID_OF, vmidOf } from '../../pve/vms/vmids/claim.ts';
import type { Part } from '../../sdk/cluster.ts';
import type { DeviceMapping, Place } from '../../sdk/facts.ts';
import { AmbiguousName } from '../../pve/vms/vmids/range.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { bringsMac } from './checks/macs.ts';
import { NOTHING_ASKED, seeByApi, unlessForbidden } from './api/observe.ts';
import { wantedPools } from './checks/vm/pool.ts';
import { wantedModel } from './checks/vm/processor-models.ts';
import { CUSTOM } from '../../pve/settings/cpu-models.ts';
import { askedOnce, GLANCE_ASKS } from './stages/glance.ts';
import { namedFiles, snippetFiles, wantedSnippetStorage } from './checks/snippets.ts';
import type { Wanted } from './params.ts';
import {
  aboutCurrent,
  aboutFound,
  hasDataDisks,
  imageCachePath,
  imageDiskStorage,
  imageUrl,
  isRotating,
  ownerOf,
  wantedClones,
  wantsImage,
} from './wishes.ts';
import type { Node, PciFacts, Settled, World } from './world.ts';

export const WORLD_ASKS = [
  ...GLANCE_ASKS,
  ...READ_VMS,
  ...VMID_OF,
  'readMachine',
  'readPermissions',
  'listRoles',
  'listNodes',
  'readQuorum',
  'isRunning',
  'readGuestNames',
  'readStorages',
  'readFreeBytes',
  'readPlace',
  'readBridges',
  'listPciDevices',
  'readIommuGroups',
  'readMappings',
  'listCustomModels',
  'listPools',
  'readText',
  'missingFiles',
  'readImage',
] as const;

type Asked = Part<(typeof WORLD_ASKS)[number]>;

/** Reads everything once. */
export async function observeWorld(
  wanted: Wanted,
  { problems }: Circumstances,
  whole: Asked,
): Promise<World> {
  if (wanted.permissions === true) return { ...NOTHING_ASKED, malformed: problems };
  const cluster = askedOnce(whole);
  const seen =
    wanted.api_host === undefined
      ? { machine: await cluster.readMachine() }
      : await seeByApi(wanted, cluster);
  if (!isReadable(seen)) return { ...seen, node: undefined, malformed: problems };
  const current = isRotating(wanted) ? await readCurrent(wanted, cluster) : undefined;
  const looking = readNodeOfVm(aboutCurrent(wanted, { current }), cluster);
  const node = await unlessForbidden(wanted, seen, looking);
  const world = { ...seen, node, malformed: problems, current };
  return { ...world, settled: await readSettled(wanted, world, cluster) };
}

const NOTHING_SETTLED: Settled = { answers: {}, idle: [] };

/** Nothing where the work goes to another node, or the settings are refused anyway. */
async function readSettled(wanted: Wanted, world: World, cluster: Asked): Promise<Settled> {
  const { node, malformed } = world;
  if (node === undefined || malformed.length > 0) return NOTHING_SETTLED;
  const owner = ownerOf(aboutFound(wanted, world), node);
  if ((owner ?? wanted.vm_node) !== cluster.node) return NOTHING_SETTLED;
  const { lookAtStages } = await import('./stages/look.ts');
  return lookAtStages(wanted, { isThere: owner !== undefined, node: cluster.node }, cluster);
}

const isReadable = ({ machine, troubles = [] }: Pick<World, 'machine' | 'troubles'>): boolean =>
  troubles.length === 0 && machine.clusterFiles === 'mounted' && machine.isRoot;

async function readCurrent(
  { vm_name: name, vm_vmid: vmid, vm_template_test: template_test, vm_template_nodes: nodes }: Wanted,
  cluster: Asked,
): Promise<Identity | undefined> {
  if (name === undefined) return undefined;
  const family = { name, vmid, template_test, template_nodes: nodes ?? [] };
  const generations = generationsOf(family, cluster.node, (await surveyVms(cluster)).records);
  // The first one has the VMID of the variables before it has the name, which it gets when it has passed its test.
  const first = generations.find(one => one.record.vmid === vmid && !one.isTaken);
  const record = (currentOf(generations) ?? first)?.record;
  return record && { vmid: record.vmid, name: nameOf(record) };
}

async function readNodeOfVm(wanted: Wanted, cluster: Asked): Promise<Node> {
  const { vm_vmid: vmid, vm_name: name } = wanted;
  // Of a template, the generation that is current is known already, and the range gives it the VMIDs that it lacks.
  const isByName = vmid === undefined && name !== undefined && !isRotating(wanted);
  const found = isByName ? await findVmid(name, cluster) : {};
  const node = await readNode({ ...wanted, vm_vmid: vmid ?? found.vmid }, cluster);
  return { ...node, vmidOfName: found.vmid, vmidProblem: found.problem };
}

interface VmidFound {
  readonly vmid?: number | undefined;
  readonly problem?: Node['vmidProblem'];
}

async function findVmid(name: string, cluster: Asked): Promise<VmidFound> {
  try {
    return { vmid: await vmidOf(name, cluster) };
  } catch (error) {
    if (error instanceof AmbiguousName) return { problem: error };
    throw error;
  }
}

async function readNode(wanted: Wanted, cluster: Asked): Promise<Omit<Node, 'vmidOfName' | 'vmidProblem'>> {
  const storages = parseStorageConfig(await cluster.readStorages());
  const [
    guests,
    nodes,
    lost,
    isQuorate,
    bridges,
    pci,
    usbMappings,
    dirMappings,
    customModels,
    pools,
    keyFile,
    storageFree,
  ] = await Promise.all([
    cluster.listGuests(),
    cluster.listNodes(),
    cluster.listLostNodes(),
    cluster.readQuorum(),
    cluster.readBridges(),
    (wanted.vm_gpu ?? []).length === 0 ? undefined : readPci(wanted, cluster),
    readExtraMappings('usb', wanted, cluster),
    readExtraMappings('dir', wanted, cluster),
    wantedModel(wanted)?.startsWith(CUSTOM) === true ? cluster.listCustomModels() : undefined,
    wantedPools(wanted).length > 0 ? cluster.listPools() : undefined,
    readKeyFile(wanted, cluster),
    readStorageFree(wanted, storages, cluster),
  ]);
  const [records, places, image] = await Promise.all([
    readRecords(wanted, guests, cluster),
    readPlaces(pathsOf(wanted, storages, cluster.node), cluster),
    readImage(wanted, storages, cluster),
  ]);
  return {
    storages,
    guests,
    nodes,
    lost,
    isQuorate,
    bridges,
    isRunning: await isRunning(wanted, records, cluster),
    pci,
    usbMappings,
    dirMappings,
    customModels,
    pools,
    missingFiles: await readMissing(wanted, records, cluster),
    keyFile,
    image,
    records,
    others: bringsMac(wanted, records) ? await readAll(guests, cluster) : [],
    guestNames: isAllThere(wanted, records) ? new Map() : await cluster.readGuestNames(guests),
    storageFree,
    places,
  };
}

/** What the VM has already is left as it is. */
async function readMissing(
  wanted: Wanted,
  records: Node['records'],
  cluster: Asked,
): Promise<readonly string[]> {
  const config = records.get(wanted.vm_vmid ?? 0)?.config;
  const found = config === undefined ? '' : [...nextValues(config).values()].join('\n');
  const named = namedFiles(wanted).flatMap(({ volume }) => (found.includes(volume) ? [] : [volume]));
  return named.length === 0 ? [] : cluster.missingFiles(named);
}

const isRunning = async (
  { vm_vmid: vmid }: Wanted,
  records: Node['records'],
  cluster: Asked,
): Promise<boolean> =>
  vmid !== undefined && records.get(vmid)?.kind === 'qemu' && (await cluster.isRunning(vmid));

/** On the node directories tell by themselves. */
async function readStorageFree(
  wanted: Wanted,
  storages: readonly Storage[],
  cluster: Asked,
): Promise<Node['storageFree']> {
  const storage = storages.find(one => one.id === imageDiskStorage(wanted));
  const tells = storage !== undefined && (storage.path === undefined || wanted.api_host !== undefined);
  const free = tells ? await cluster.readFreeBytes(storage.id) : undefined;
  return new Map(storage === undefined || free === undefined ? [] : [[storage.id, free]]);
}

/** Then no name is new, and thousands of files need not be read. */
const isAllThere = (wanted: Wanted, records: Node['records']): boolean =>
  [wanted.vm_vmid, ...wantedClones(wanted).map(clone => clone.vmid)].every(
    vmid => vmid !== undefined && records.has(vmid),
  );

/** Whoever wants such a device names it among the other options of `qm`. */
const readExtraMappings = async (
  kind: 'usb' | 'dir',
  { vm_extra_config: extra = {} }: Wanted,
  cluster: Asked,
): Promise<readonly DeviceMapping[]> =>
  Object.keys(extra).some(option => /^(?:usb|virtiofs)\d+$/.test(option)) ? cluster.readMappings(kind) : [];

/** By the API only who may see the whole node sees its devices. */
async function readPci({ api_host: host }: Wanted, cluster: Asked): Promise<PciFacts | undefined> {
  const [devices, mappings, groups] = await Promise.all([
    cluster.listPciDevices(),
    cluster.readMappings('pci'),
    cluster.readIommuGroups(),
  ]);
  return host !== undefined && devices.length === 0 ? undefined : { devices, mappings, groups };
}

/** Configurations of the guests whose VMIDs are wanted; a file that goes meanwhile is no guest any more. */
async function readRecords(
  wanted: Wanted,
  guests: readonly GuestEntry[],
  cluster: Asked,
): Promise<ReadonlyMap<number, VmRecord>> {
  const holder = hasDataDisks(wanted) ? wanted.vm_data_holder : undefined;
  const vmids = new Set([wanted.vm_vmid, holder, ...wantedClones(wanted).map(clone => clone.vmid)]);
  // Of guests of a node that is down nobody tells more.
  const taken = guests.filter(guest => vmids.has(guest.vmid) && guest.isLost !== true);
  const records = await Promise.all(taken.map(({ vmid }) => readVm(vmid, cluster)));
  return new Map(records.flatMap(record => (record === undefined ? [] : [[record.vmid, record] as const])));
}

/** Containers, too. */
async function readAll(guests: readonly GuestEntry[], cluster: Asked): Promise<readonly VmRecord[]> {
  const seen = guests.filter(({ isLost }) => isLost !== true);
  const records = await Promise.all(seen.map(({ vmid }) => readVm(vmid, cluster)));
  return records.filter(record => record !== undefined);
}

/** Only what is wanted is looked at: a network storage that hangs would hold up everything. */
function pathsOf(wanted: Wanted, storages: readonly Storage[], name: string): string[] {
  const ids = [
    imageDiskStorage(wanted),
    wanted.vm_efi_storage,
    wanted.vm_tpm_storage,
    ...wantedClones(wanted).map(clone => clone.storage),
    wanted.cloud_image_cache_dir,
  ];
  const used = storages.filter(storage => !storage.disabled && ids.includes(storage.id));
  const snippets = wantedSnippetStorage(wanted, storages, name);
  return [
    ...used.flatMap(({ path }) => path ?? []),
    ...[snippets?.path, snippets && contentPath(snippets, 'snippets')].flatMap(path => path ?? []),
    ...snippetFiles(wanted).map(({ path }) => path),
    ...(wantsImage(wanted) ? [imageCachePath(wanted, storages) ?? []].flat() : []),
  ];
}

async function readPlaces(paths: readonly string[], cluster: Asked): Promise<ReadonlyMap<string, Place>> {
  const places = await Promise.all(
    [...new Set(paths)].map(async path => [path, await cluster.readPlace(path)] as const),
  );
  return new Map(places);
}

/** The file is the node's to find where the controller has none; `~` is the home of whoever runs this. */
async function readKeyFile(wanted: Wanted, cluster: Asked): Promise<Node['keyFile']> {
  const { vm_cloud_init_ssh_keys_file: path, ssh_keys_on_controller: isElsewhere } = wanted;
  if (path === undefined || isElsewhere === true) return undefined;
  try {
    const text = await cluster.readText(path.replace(/^~(?=\/)/, homedir()));
    return text === undefined ? { state: 'missing' } : { state: 'read', keys: keyLines(text) };
  } catch {
    return { state: 'unreadable' };
  }
}

/** The image in the cache, as its side file describes it. */
async function readImage(
  wanted: Wanted,
  storages: readonly Storage[],
  cluster: Asked,
): Promise<Node['image']> {
  const { cloud_image_cache_dir: folder } = wanted;
  const url = imageUrl(wanted);
  if (url === undefined || folder === undefined || !URL.canParse(url)) return undefined;
  const directory = imageCachePath(wanted, storages);
  // A cache that others can write to is told of by a check, and nothing in it is believed.
  if (directory === undefined || (await cluster.readPlace(directory)).exposure !== undefined)
    return undefined;
  const found = await cluster.readImage({
    image: url,
    place: folder,
    checksum: wanted.vm_cloud_image_checksum,
  });
  return found?.bytes === undefined ? undefined : { bytes: found.bytes, virtualSize: found.virtualSize };
}
