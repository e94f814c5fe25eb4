import { existsSync } from 'node:fs';
import { localNode, ownerOf, removeConfig, configName, writeClusterFile } from '../config/cluster.ts';
import { loadConfig, saveConfig } from '../config/store.ts';
import { emptyConfig } from '../config/sections.ts';
import type { Section } from '../config/sections.ts';
import type { Parameters } from '../cli/command.ts';
import { isSet, vmidOf } from '../cli/command.ts';
import { setHaResource } from '../config/ha-resources.ts';
import { VM_OPTIONS } from '../options/vm.ts';
import { InterruptFailure, messageOf, PveFailure } from '../runtime/failure.ts';
import { withVmidLock, withVmLock } from '../runtime/lock.ts';
import { print, warn } from '../runtime/output.ts';
import { isVersion9 } from '../runtime/settings.ts';
import { runTask } from '../tasks/start.ts';
import type { TaskResult } from '../tasks/start.ts';
import { isOnIn, numberIn, optionsIn, textIn } from '../tasks/payload.ts';
import type { TaskPayload } from '../tasks/payload.ts';
import { assertVolumeExists } from '../storage/volumes.ts';
import { defaultBootOrder } from '../config/boot-order.ts';
import { checkDrives, checkUnused } from '../disks/check.ts';
import { createDisks } from '../disks/create.ts';
import { isDriveSlot } from '../config/drive.ts';
import { addIdentity } from '../settings/identity.ts';
import { assertQuorum } from './quorum.ts';
import { addToPool, assertPool } from './pools.ts';
import { startVm } from '../guests/power.ts';
import { storedValue } from '../settings/stored-value.ts';
import { machineFor } from '../settings/machine.ts';

/** So long a creation waits for another one of the same number. */
const SECONDS_TO_WAIT = 5;

/** `qm create`: refuses what cannot work, reserves the VMID, lets a worker do the rest. */
export async function createVm(parameters: Parameters): Promise<TaskResult> {
  const vmid = vmidOf(parameters);
  const options = vmOptionsOf(parameters);
  assertQuorum();
  assertPool(parameters.get('pool'));
  assertArchive(parameters.get('archive'));
  const drives = checkDrives(options);
  checkUnused(options);
  const start = parameters.get('start') === '1';
  const pool = parameters.get('pool') ?? '';
  const isHaManaged = isSet(parameters, 'ha-managed');
  await reserve(vmid);
  return runTask({
    kind: 'qmcreate',
    id: String(vmid),
    payload: { vmid, start, isHaManaged, pool, options: Object.fromEntries([...options, ...drives]) },
  });
}

/** The worker's part: makes the disks, writes the configuration; a failure leaves nothing behind. */
export async function createTask(payload: TaskPayload): Promise<void> {
  const vmid = numberIn(payload, 'vmid');
  const options = optionsIn(payload, 'options');
  try {
    await withVmLock(vmid, () => build(vmid, options));
  } catch (error) {
    if (!(error instanceof InterruptFailure && error.isLeft)) removeConfig(vmid);
    throw new PveFailure(`unable to create VM ${vmid} - ${messageOf(error)}`);
  }
  const pool = textIn(payload, 'pool');
  if (pool !== '') addToPool(pool, vmid);
  const start = isOnIn(payload, 'start');
  if (isOnIn(payload, 'isHaManaged')) {
    print('Add as HA resource');
    setHaResource({ sid: `vm:${vmid}`, options: new Map([['state', start ? 'started' : 'stopped']]) });
  }
  if (!start) return;
  print('Execute autostart');
  // The VM is there: that it does not start is no failure of its creation.
  await startVm(vmid, { skipLock: false }).catch((error: unknown) => warn(messageOf(error)));
}

/** The options of a command that belong into a configuration, `cdrom` under its real name. */
export function vmOptionsOf(parameters: Parameters): Section {
  const options: Section = new Map([...parameters].filter(([name]) => name in VM_OPTIONS));
  const cdrom = parameters.get('cdrom');
  if (cdrom !== undefined) options.set('ide2', `${cdrom},media=cdrom`);
  return options;
}

function assertArchive(archive: string | undefined): void {
  if (archive === undefined) return;
  if (!archive.startsWith('/')) assertVolumeExists(archive);
  else if (!existsSync(archive)) throw new PveFailure(`can't find file '${archive}'`);
  throw new PveFailure('the test node restores no backups');
}

async function reserve(vmid: number): Promise<void> {
  try {
    await withVmLock(
      vmid,
      () =>
        withVmidLock(() => {
          assertFree(vmid);
          writeClusterFile(configName(vmid, localNode()), 'lock: create\n');
        }),
      { seconds: SECONDS_TO_WAIT },
    );
  } catch (error) {
    const exitCode = error instanceof PveFailure ? error.exitCode : 255;
    throw new PveFailure(`unable to create VM ${vmid} - ${messageOf(error)}`, exitCode);
  }
}

function assertFree(vmid: number): void {
  const owner = ownerOf(vmid);
  if (owner) throw new PveFailure(`${owner.kind} ${vmid} already exists on node '${owner.node}'`);
}

// Until 9 a new VM has its tags as they were given.
function newValue(name: string, value: string): string {
  return name === 'tags' && !isVersion9() ? value : storedValue(name, value);
}

async function build(vmid: number, options: Section): Promise<void> {
  if (loadConfig(vmid).current.get('lock') !== 'create')
    throw new PveFailure('reserved configuration is gone');
  const config = emptyConfig();
  const isTemplate = options.get('template') === '1';
  const { drives } = await createDisks({ vmid, isTemplate, attached: options }, options);
  for (const [name, value] of options) {
    if (!isDriveSlot(name) && !(name === 'description' && value === ''))
      config.current.set(name, newValue(name, value));
  }
  for (const [slot, drive] of drives) config.current.set(slot, drive);
  if (!config.current.has('boot')) config.current.set('boot', defaultBootOrder(config.current));
  addIdentity(config.current);
  const machine = machineFor(options.get('ostype'), options.get('machine'), options.get('arch'));
  if (machine !== undefined) config.current.set('machine', machine);
  saveConfig(vmid, config);
}
