import type { Parameters } from '../cli/command.ts';
import { isSet, vmidOf } from '../cli/command.ts';
import { loadConfig } from '../config/store.ts';
import { encodeText, withPending } from '../config/sections.ts';
import type { Section, VmConfig } from '../config/sections.ts';
import { ParameterFailure, PveFailure } from '../runtime/failure.ts';
import { print } from '../runtime/output.ts';
import { fixed } from '../storage/size.ts';
import { allStatuses, fullStatusOf, statusOf } from './status.ts';

const HIDDEN = '**********';
const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const CLOUD_INIT_KEYS =
  /^(name|cicustom|cipassword|citype|ciupgrade|ciuser|nameserver|searchdomain|sshkeys|ipconfig\d+|net\d+)$/;

/** `qm list` */
export function listVms(): void {
  const statuses = allStatuses();
  if (statuses.length === 0) return;
  print(row(['VMID', 'NAME', 'STATUS', 'MEM(MB)', 'BOOTDISK(GB)', 'PID']));
  for (const { vmid, name, status, maxmem, maxdisk, pid } of statuses) {
    const gib = fixed(Number(maxdisk) / GIB, 2);
    print(
      row([
        String(vmid),
        name,
        status,
        String(Number(maxmem) / MIB),
        gib,
        typeof pid === 'number' ? String(pid) : '0',
      ]),
    );
  }
}

/** `qm status`, with `--verbose` everything that is known. */
export function showStatus(parameters: Parameters): void {
  const vmid = vmidOf(parameters);
  const config = loadConfig(vmid).current;
  if (!isSet(parameters, 'verbose')) {
    print(`status: ${statusOf(vmid, config).status}`);
    return;
  }
  printTree(
    Object.entries(fullStatusOf(vmid, config)).filter(([key]) => key !== 'cpu'),
    '',
  );
}

function printTree(entries: readonly (readonly [string, unknown])[], indent: string): void {
  for (const [key, value] of [...entries].sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (typeof value === 'object' && value !== null) {
      print(`${indent}${key}:`);
      printTree(Object.entries(value), `${indent}\t`);
    } else print(`${indent}${key}: ${String(value)}`);
  }
}

/** `qm config`: as it will be after a restart, as it runs, or as it was at a snapshot. */
export function showConfig(parameters: Parameters): void {
  const config = loadConfig(vmidOf(parameters));
  for (const [key, value] of shownValues(chooseSection(config, parameters))) print(`${key}: ${value}`);
}

/** `qm pending`: each key with what runs, what will be and what goes. */
export function showPending(parameters: Parameters): void {
  const config = loadConfig(vmidOf(parameters));
  const keys = new Set([...config.current.keys(), ...config.pending.keys()]);
  for (const key of [...keys].sort()) {
    const [current, pending] = [config.current.get(key), config.pending.get(key)];
    if (config.pendingDelete.has(key)) print(`del ${key}: ${shown(key, current ?? '')}`);
    else if (current !== undefined) print(`cur ${key}: ${shown(key, current)}`);
    if (pending !== undefined) print(`new ${key}: ${shown(key, pending)}`);
  }
}

/** `qm cloudinit pending`: what the drive of the running guest does not know yet. */
export function showCloudInitPending(parameters: Parameters): void {
  for (const { key, value, isNew } of cloudInitValues(vmidOf(parameters)))
    print(`${isNew ? 'new' : 'cur'} ${key}: ${value}`);
}

/** What the cloud-init drive is made of, and what of it the running guest does not know yet. */
export function cloudInitValues(
  vmid: number,
): readonly { readonly key: string; readonly value: string; readonly isNew: boolean }[] {
  const { current, cloudInit } = loadConfig(vmid);
  const added = (cloudInit.get('added') ?? '').split(',');
  // A value of 0 is nothing to Perl, and is not shown.
  const keys = [...current.keys()].filter(
    name => isShownAsCloudInit(name, added) && current.get(name) !== '0',
  );
  return keys.sort().map(key => ({
    key,
    value: shown(key, current.get(key) ?? ''),
    isNew: added.includes(key),
  }));
}

/** Values as people may see them: sorted, the password hidden, the description on one line. */
function shownValues(section: Section): readonly (readonly [string, string])[] {
  return [...section]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => [key, shown(key, value)]);
}

/** The part of a configuration that `current` and `snapshot` ask for. */
export function chooseSection(config: VmConfig, parameters: Parameters): Section {
  const snapshot = parameters.get('snapshot');
  if (snapshot === undefined) return isSet(parameters, 'current') ? config.current : withPending(config);
  if (isSet(parameters, 'current')) {
    const problem = "cannot use 'snapshot' parameter with 'current'";
    throw new ParameterFailure(['snapshot', 'current'].map(parameter => ({ parameter, problem })));
  }
  const section = config.snapshots.get(snapshot);
  if (!section) throw new PveFailure(`snapshot '${snapshot}' does not exist`);
  return section;
}

function isShownAsCloudInit(key: string, added: readonly string[]): boolean {
  return added.includes(key) || (CLOUD_INIT_KEYS.test(key) && !/^(name|net\d+|ipconfig\d+)$/.test(key));
}

function shown(key: string, value: string): string {
  if (key === 'cipassword') return HIDDEN;
  return key === 'description' ? encodeText(value) : value;
}

function row([
  vmid = '',
  name = '',
  status = '',
  memory = '',
  disk = '',
  pid = '',
]: readonly string[]): string {
  return [
    vmid.padStart(10),
    name.padEnd(20),
    status.padEnd(10),
    memory.padEnd(10),
    disk.padStart(12),
    pid.padEnd(10),
  ].join(' ');
}
