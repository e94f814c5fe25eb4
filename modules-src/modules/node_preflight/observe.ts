import { homedir } from 'node:os';
import { metadataPath, parseImageRecord } from '../../pve/images/file.ts';
import type { GuestEntry, VmRecord } from '../../pve/vms/guest.ts';
import { currentOf, generationsOf, nameOf } from '../../pve/vms/generations.ts';
import type { Identity } from '../../pve/vms/ownership.ts';
import type { Storage } from '../../pve/text/storage-config.ts';
import { listPciDevices, readBridges, readIommuGroups, readMappings } from '../../node/facts/devices.ts';
import { freeBytesByStorage } from '../../pve/text/storage-status.ts';
import { numberOf, readVms } from '../../node/vms/claim-number.ts';
import { readGuestNames } from '../../node/vms/guest-names.ts';
import { findImagePath } from '../../node/images/place.ts';
import { readKeys, readPlace, type Place } from '../../node/facts/files.ts';
import { listNodes, readMachine, readQuorum } from '../../node/facts/facts.ts';
import { readText, statOf } from '../../system/files.ts';
import { isRunning, listGuests, readStorages, readVm } from '../../node/vms/files.ts';
import { UserError } from '../../sdk/error.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { snippetFiles, wantedSnippetStorage } from './checks/snippets.ts';
import type { Wanted } from './params.ts';
import { aboutCurrent, imageCachePath, imageUrl, isRotating, wantedClones, wantsImage } from './wishes.ts';
import type { Node, PciFacts, World } from './world.ts';

/** Reads everything once, from files alone. */
export async function observeWorld(wanted: Wanted, { problems }: Circumstances): Promise<World> {
  const machine = await readMachine();
  const isReadable = machine.clusterFiles === 'mounted' && machine.isRoot;
  const current = isReadable && isRotating(wanted) ? await readCurrent(wanted, machine.name) : undefined;
  const about = aboutCurrent(wanted, { current });
  return {
    machine,
    node: isReadable ? await readNumberedNode(about, machine.name) : undefined,
    malformed: problems,
    current,
  };
}

async function readCurrent(
  { vm_name: name, vm_vmid: vmid }: Wanted,
  node: string,
): Promise<Identity | undefined> {
  if (name === undefined) return undefined;
  const record = currentOf(generationsOf({ name, vmid }, node, await readVms()))?.record;
  return record && { vmid: record.vmid, name: nameOf(record) };
}

async function readNumberedNode(wanted: Wanted, machine: string): Promise<Node> {
  const { vm_vmid: vmid, vm_name: name } = wanted;
  const found = vmid === undefined && name !== undefined ? await readNumber(name) : {};
  const node = await readNode({ ...wanted, vm_vmid: vmid ?? found.number }, machine);
  return { ...node, numberOfName: found.number, numberProblem: found.problem };
}

interface NumberFound {
  readonly number?: number | undefined;
  readonly problem?: string;
}

async function readNumber(name: string): Promise<NumberFound> {
  try {
    return { number: await numberOf(name) };
  } catch (error) {
    if (error instanceof UserError) return { problem: error.message };
    throw error;
  }
}

async function readNode(wanted: Wanted, name: string): Promise<Omit<Node, 'numberOfName' | 'numberProblem'>> {
  const [storages, guests, nodes, isQuorate, bridges, running, pci, usbMappings, keyFile] = await Promise.all(
    [
      readStorages(),
      listGuests(),
      listNodes(),
      readQuorum(),
      readBridges(),
      wanted.vm_vmid === undefined ? false : isRunning(wanted.vm_vmid),
      (wanted.vm_gpu ?? []).length === 0 ? undefined : readPci(),
      readMappings('usb'),
      readKeyFile(wanted),
    ],
  );
  const status = (await readText('/etc/pve/.rrd')) ?? '';
  const [records, places, image] = await Promise.all([
    readRecords(wanted, guests),
    readPlaces(pathsOf(wanted, storages, name)),
    readImage(wanted, storages),
  ]);
  return {
    storages,
    guests,
    nodes,
    isQuorate,
    bridges,
    isRunning: running,
    pci,
    usbMappings,
    keyFile,
    image,
    records,
    guestNames: isAllThere(wanted, records) ? new Map() : readGuestNames(guests),
    storageFree: freeBytesByStorage(status, name, Date.now()),
    places,
  };
}

/** Then no name is new, and thousands of files need not be read. */
const isAllThere = (wanted: Wanted, records: Node['records']): boolean =>
  [wanted.vm_vmid, ...wantedClones(wanted).map(clone => clone.vmid)].every(
    vmid => vmid !== undefined && records.has(vmid),
  );

async function readPci(): Promise<PciFacts> {
  const [devices, mappings, groups] = await Promise.all([
    listPciDevices(),
    readMappings('pci'),
    readIommuGroups(),
  ]);
  return { devices, mappings, groups };
}

/** Configurations of the guests whose numbers are wanted; a file that goes meanwhile is no guest any more. */
async function readRecords(
  wanted: Wanted,
  guests: readonly GuestEntry[],
): Promise<ReadonlyMap<number, VmRecord>> {
  const numbers = new Set([wanted.vm_vmid, ...wantedClones(wanted).map(clone => clone.vmid)]);
  const taken = guests.filter(guest => numbers.has(guest.vmid));
  const records = await Promise.all(taken.map(({ vmid }) => readVm(vmid)));
  return new Map(records.flatMap(record => (record === undefined ? [] : [[record.vmid, record] as const])));
}

/** Only what is wanted is looked at: a network storage that hangs would hold up everything. */
function pathsOf(wanted: Wanted, storages: readonly Storage[], name: string): string[] {
  const ids = [
    wanted.disk_storage,
    wanted.vm_efi_storage,
    wanted.vm_tpm_storage,
    ...wantedClones(wanted).map(clone => clone.storage),
    wanted.cloud_image_cache_dir,
  ];
  const used = storages.filter(storage => !storage.disabled && ids.includes(storage.id));
  const snippets = wantedSnippetStorage(wanted, storages, name)?.path;
  return [
    ...used.flatMap(({ path }) => path ?? []),
    ...(snippets === undefined ? [] : [snippets, `${snippets}/snippets`]),
    ...snippetFiles(wanted).map(({ path }) => path),
    ...(wantsImage(wanted) ? [imageCachePath(wanted, storages) ?? []].flat() : []),
  ];
}

async function readPlaces(paths: readonly string[]): Promise<ReadonlyMap<string, Place>> {
  const places = await Promise.all(
    [...new Set(paths)].map(async path => [path, await readPlace(path)] as const),
  );
  return new Map(places);
}

/** The file is the node's to find where the controller has none; `~` is the home of whoever runs this. */
async function readKeyFile(wanted: Wanted): Promise<Node['keyFile']> {
  const { vm_cloud_init_ssh_keys_file: path, ssh_keys_on_controller: isElsewhere } = wanted;
  return path === undefined || isElsewhere === true
    ? undefined
    : readKeys(path.replace(/^~(?=\/)/, homedir()));
}

/** The image in the cache, as its side file describes it. */
async function readImage(wanted: Wanted, storages: readonly Storage[]): Promise<Node['image']> {
  const { cloud_image_cache_dir: folder } = wanted;
  const url = imageUrl(wanted);
  if (url === undefined || folder === undefined || !URL.canParse(url)) return undefined;
  if (imageCachePath(wanted, storages) === undefined) return undefined;
  const path = await findImagePath(folder, url, wanted.vm_cloud_image_checksum);
  const text = await readText(metadataPath(path));
  const record = text === undefined ? undefined : parseImageRecord(text);
  const bytes = (await statOf(path))?.size;
  return record === undefined || bytes === undefined ? undefined : { bytes, virtualSize: record.virtualSize };
}
