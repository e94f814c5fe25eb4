import { isUtf8 } from 'node:buffer';
import { chownSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { PveFailure } from '../runtime/failure.ts';
import { hasNoQuorum } from '../runtime/faults.ts';
import { readIfThere } from '../runtime/read-if-there.ts';

const CLUSTER = '/etc/pve';
const CONFIG_MODE = 0o640;
const WWW_DATA = 33;
const NO_PERMISSION = 13;

/** This node's name: the first label of the host name. */
export function localNode(): string {
  return hostname().split('.')[0] ?? 'localhost';
}

/** Every node of the cluster. */
export function clusterNodes(): readonly string[] {
  return existsSync(`${CLUSTER}/nodes`) ? readdirSync(`${CLUSTER}/nodes`).sort() : [];
}

/** True while the cluster file system is there; without it no PVE program works. */
export function isClusterMounted(): boolean {
  return existsSync(`${CLUSTER}/nodes`);
}

/** Path of a VM's configuration below /etc/pve, as messages name it. */
export function configName(vmid: number, node = localNode()): string {
  return `nodes/${node}/qemu-server/${vmid}.conf`;
}

/** The node that owns a VMID, be it a VM or a container. */
export function ownerOf(vmid: number): { readonly node: string; readonly kind: 'VM' | 'CT' } | undefined {
  for (const node of clusterNodes()) {
    if (existsSync(`${CLUSTER}/${configName(vmid, node)}`)) return { node, kind: 'VM' };
    if (existsSync(`${CLUSTER}/nodes/${node}/lxc/${vmid}.conf`)) return { node, kind: 'CT' };
  }
  return undefined;
}

/** VMIDs of a node, sorted. */
export function vmidsOf(node = localNode()): readonly number[] {
  return numbersIn(`${CLUSTER}/nodes/${node}/qemu-server`);
}

/** VMIDs of VMs and containers on all nodes. */
export function allVmids(): readonly number[] {
  return clusterNodes().flatMap(node => [...vmidsOf(node), ...numbersIn(`${CLUSTER}/nodes/${node}/lxc`)]);
}

/** Fails, in the words of the commands about power and copies, unless the VM is on this node. */
export function assertOnThisNode(vmid: number): void {
  if (ownerOf(vmid)?.node === localNode()) return;
  throw new PveFailure(`unable to find configuration file for VM ${vmid} on node '${localNode()}'`, 2);
}

/** Text of a VM's configuration on this node. */
export function readConfigText(vmid: number, node = localNode()): string {
  const text = configTextIfThere(vmid, node);
  if (text !== undefined) return text;
  throw new PveFailure(`Configuration file '${configName(vmid, node)}' does not exist`, 2);
}

/** The same, or nothing. */
export function configTextIfThere(vmid: number, node = localNode()): string | undefined {
  const bytes = readClusterBytes(configName(vmid, node));
  return bytes && decoded(bytes);
}

/** Replaces a file below /etc/pve at one stroke, with the modes of the cluster file system. */
export function writeClusterFile(name: string, text: string | Buffer): void {
  const path = `${CLUSTER}/${name}`;
  mkdirSync(path.replace(/\/[^/]+$/, ''), { recursive: true, mode: 0o755 });
  const temporary = `${path}.tmp.${process.pid}`;
  if (hasNoQuorum())
    throw new PveFailure(`unable to open file '${temporary}' - Permission denied`, NO_PERMISSION);
  writeFileSync(temporary, text, { mode: CONFIG_MODE });
  chownSync(temporary, 0, WWW_DATA);
  renameSync(temporary, path);
}

/** Text of a file below /etc/pve, or nothing. */
export function readClusterFile(name: string): string | undefined {
  return readClusterBytes(name)?.toString();
}

/** Bytes of a file below /etc/pve, or nothing. */
export function readClusterBytes(name: string): Buffer | undefined {
  return readIfThere(`${CLUSTER}/${name}`);
}

// A byte that is no UTF-8 is a character of its own.
function decoded(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

export function removeConfig(vmid: number): void {
  rmSync(`${CLUSTER}/${configName(vmid)}`, { force: true });
}

/** Hands a VM to another node: its configuration moves there. */
export function moveConfig(vmid: number, node: string): void {
  mkdirSync(`${CLUSTER}/nodes/${node}/qemu-server`, { recursive: true });
  renameSync(`${CLUSTER}/${configName(vmid)}`, `${CLUSTER}/${configName(vmid, node)}`);
}

function numbersIn(directory: string): readonly number[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .flatMap(file => /^(\d+)\.conf$/.exec(file)?.[1] ?? [])
    .map(Number)
    .sort((left, right) => left - right);
}
