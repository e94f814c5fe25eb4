import type { Parameters } from '../cli/command.ts';
import { given, isSet, vmidOf } from '../cli/command.ts';
import {
  assertOnThisNode,
  clusterNodes,
  configName,
  localNode,
  moveConfig,
  ownerOf,
  removeConfig,
  writeClusterFile,
} from '../config/cluster.ts';
import { assertUnlocked, loadConfig, saveConfig } from '../config/store.ts';
import { emptyConfig, isTemplate } from '../config/sections.ts';
import type { Section, VmConfig } from '../config/sections.ts';
import { isSystemError, messageOf, PveFailure } from '../runtime/failure.ts';
import { withVmidLock, withVmLock } from '../runtime/lock.ts';
import { print } from '../runtime/output.ts';
import { isVersion9 } from '../runtime/settings.ts';
import { runTask } from '../tasks/start.ts';
import type { TaskResult } from '../tasks/start.ts';
import { isOnIn, numberIn, optionsIn } from '../tasks/payload.ts';
import type { TaskPayload } from '../tasks/payload.ts';
import { findStorage, isShared, usableStorage } from '../storage/config.ts';
import { isVolumeId, parseVolumeId } from '../storage/volume-id.ts';
import { assertHoldsImages, freeVolume } from '../storage/volumes.ts';
import { cloneDrive, isLinkable, needsVolume } from '../disks/clone.ts';
import { drivesOf, formatDrive, isCdrom } from '../config/drive.ts';
import { renewIdentity } from '../settings/identity.ts';
import { withNewMac } from '../config/network.ts';
import { assertQuorum } from './quorum.ts';
import { addToPool, assertPool } from './pools.ts';

const REFUSED = 2;
/** A clone does not wait long for others that work on its source or take its number. */
const SECONDS_TO_WAIT = 1;
const RESERVATION = '# qmclone temporary file\nlock: clone\n';

/** Keys that stay with the original. */
const NOT_COPIED =
  /^(unused\d+|template|lock|parent|snaptime|vmstate|snapstate|runningmachine|runningcpu|digest)$/;

/** `qm clone`: refuses what cannot work, reserves the VMID, lets a worker copy. */
export async function cloneVm(parameters: Parameters): Promise<TaskResult> {
  const [vmid, newId] = [vmidOf(parameters), Number(given(parameters, 'newid'))];
  const target = parameters.get('target');
  assertQuorum();
  assertPool(parameters.get('pool'));
  if (target !== undefined && !clusterNodes().includes(target)) refuse(`no such cluster node '${target}'`);
  assertOnThisNode(vmid);
  const config = loadConfig(vmid);
  assertUnlocked(config);
  const isFull = parameters.has('full') ? isSet(parameters, 'full') : !isTemplate(config);
  assertPossible(config, parameters, isFull);
  assertFree(newId);
  return runTask({
    kind: 'qmclone',
    id: String(vmid),
    payload: { vmid, newId, isFull, options: Object.fromEntries(parameters) },
  });
}

/** The worker's part; a failure leaves neither volumes nor a configuration. */
export async function cloneTask(payload: TaskPayload): Promise<void> {
  const [vmid, newId] = [numberIn(payload, 'vmid'), numberIn(payload, 'newId')];
  const options: Parameters = optionsIn(payload, 'options');
  const seconds = SECONDS_TO_WAIT;
  await withVmLock(
    vmid,
    () => withVmLock(newId, () => makeClone(vmid, newId, options, isOnIn(payload, 'isFull')), { seconds }),
    { mode: 'shared', seconds },
  );
  const pool = options.get('pool');
  if (pool !== undefined) addToPool(pool, newId);
  const target = options.get('target');
  if (target !== undefined && target !== localNode()) moveConfig(newId, target);
}

async function makeClone(vmid: number, newId: number, options: Parameters, isFull: boolean): Promise<void> {
  await reserve(newId);
  try {
    await copy(vmid, newId, options, isFull);
  } catch (error) {
    // Seen after kill -9 of the caller: the worker dies of its broken output and leaves all as it is.
    if (!isSystemError(error, 'EPIPE')) removeConfig(newId);
    throw error;
  }
}

function assertPossible(config: VmConfig, parameters: Parameters, isFull: boolean): void {
  if (!isFull) {
    for (const name of ['storage', 'format']) {
      if (parameters.has(name)) refuse(`parameter '${name}' not allowed for linked clones`);
    }
  }
  const section = sourceSection(config, parameters.get('snapname'));
  const storage = parameters.get('storage');
  if (storage !== undefined) {
    assertHoldsImages(storage);
    usableStorage(storage);
  }
  for (const drive of drivesOf(section).filter(needsVolume)) {
    if (!isFull && !isLinkable(drive)) {
      throw new PveFailure(`Linked clone feature is not supported for '${drive.file}' (${drive.slot})`);
    }
  }
  assertReachable(section, parameters);
}

// A clone for another node needs volumes that the other node sees.
function assertReachable(section: Section, parameters: Parameters): void {
  const target = parameters.get('target');
  if (target === undefined || target === localNode()) return;
  const storage = parameters.get('storage');
  if (storage !== undefined && !isShared(findStorage(storage)))
    throw new PveFailure(`can't clone to non-shared storage '${storage}'`);
  const isLocal = drivesOf(section).some(drive => {
    if (!isVolumeId(drive.file)) return false;
    const own = parseVolumeId(drive.file).storage;
    return !isShared(findStorage(isCdrom(drive) ? own : (storage ?? own)));
  });
  if (isLocal) throw new PveFailure(`can't clone VM to node '${target}' (VM uses local storage)`);
}

function assertFree(newId: number): void {
  if (ownerOf(newId)) refuse(`unable to create VM ${newId}: config file already exists`);
}

// In the worker: whoever comes second has its answer by then, and fails in its task.
function reserve(newId: number): Promise<void> {
  return withVmidLock(() => {
    assertFree(newId);
    writeClusterFile(configName(newId), RESERVATION);
  });
}

async function copy(vmid: number, newId: number, options: Parameters, isFull: boolean): Promise<void> {
  const source = sourceSection(loadConfig(vmid), options.get('snapname'));
  if (isVersion9()) print(`creating a clone of VM ${vmid} with ID ${newId}`);
  const volumes: string[] = [];
  try {
    const section = copySettings(vmid, source, options);
    for (const drive of drivesOf(source)) {
      const target = {
        vmid: newId,
        isFull,
        storage: options.get('storage'),
        format: options.get('format'),
        ...(options.has('bwlimit') ? { kibPerSecond: Number(options.get('bwlimit')) } : {}),
      };
      const cloned = await cloneDrive(drive, target, volumes);
      section.set(drive.slot, formatDrive(cloned));
    }
    saveConfig(newId, { ...emptyConfig(), current: section });
  } catch (error) {
    if (isSystemError(error, 'EPIPE')) throw error;
    for (const volid of volumes) await freeVolume(volid).catch(() => undefined);
    throw new PveFailure(`clone failed: ${messageOf(error)}`);
  }
}

function copySettings(vmid: number, source: Section, options: Parameters): Section {
  const section: Section = new Map([...source].filter(([key]) => !NOT_COPIED.test(key)));
  for (const [key, value] of section) if (/^net\d+$/.test(key)) section.set(key, withNewMac(value));
  section.set('name', options.get('name') ?? `Copy-of-VM-${source.get('name') ?? vmid}`);
  // Perl: an empty description and `0` are none.
  const description = options.get('description') ?? '';
  if (description !== '' && description !== '0') section.set('description', description);
  renewIdentity(section);
  return section;
}

function sourceSection(config: VmConfig, snapshot: string | undefined): Section {
  if (snapshot === undefined) return config.current;
  const section = config.snapshots.get(snapshot);
  return section ?? refuse(`snapshot '${snapshot}' does not exist`);
}

function refuse(message: string): never {
  throw new PveFailure(message, REFUSED);
}
