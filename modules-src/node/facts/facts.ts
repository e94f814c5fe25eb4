import { accessSync, constants, readFileSync } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { fieldOf, parseJson } from '../../sdk/dictionary.ts';
import { installedVersion } from '../../pve/text/pve-version.ts';
import { exists, isMissing, listDirectory, readText } from '../../system/files.ts';
import type { MachineFacts } from '../../sdk/facts.ts';
import { localNode } from './local-node.ts';

/** Reads them without starting a program. */
export async function readMachine(): Promise<MachineFacts> {
  const packages = readPackages('/var/lib/dpkg/status');
  const manager = installedVersion(packages, 'pve-manager');
  const path = process.env['PATH'] ?? '';
  return {
    name: localNode(),
    isRoot: process.geteuid?.() === 0,
    nodejs: process.version,
    architecture: process.arch,
    cpus: availableParallelism(),
    memoryMib: Math.floor(totalmem() / 1024 ** 2),
    clusterFiles: await clusterFiles(manager !== undefined),
    qm: findProgram('qm', path),
    versions: { manager, qemuServer: installedVersion(packages, 'qemu-server') },
    hasKvm: await exists('/dev/kvm'),
    hasKeyReader: findProgram('virt-fw-vars', path) !== undefined,
  };
}

/** A megabyte on most nodes: read at once and byte by byte it costs a tenth of what it does in pieces of UTF-8. */
function readPackages(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

/** An empty /etc/pve is left behind when the file system that belongs there is not running. */
async function clusterFiles(isInstalled: boolean): Promise<MachineFacts['clusterFiles']> {
  if (await isDirectory('/etc/pve/nodes')) return 'mounted';
  return isInstalled || (await isDirectory('/etc/pve')) ? 'unmounted' : 'absent';
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error) || isDenied(error)) return false;
    throw error;
  }
}

const isDenied = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');

/** The first executable of that name on the path; those of root count even where the path of SSH lacks them. */
export function findProgram(name: string, path: string): string | undefined {
  const folders = new Set([...path.split(':').filter(folder => folder !== ''), '/usr/sbin', '/sbin']);
  return [...folders].map(folder => `${folder}/${name}`).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Names of the cluster's nodes. */
export const listNodes = (): Promise<readonly string[]> => listDirectory('/etc/pve/nodes');

/** What the cluster file system tells of the nodes and the quorum. */
const MEMBERS = '/etc/pve/.members';

const readMembers = async (path: string): Promise<unknown> => parseJson((await readText(path)) ?? '');

/**
 * Whether the cluster has a quorum, without which /etc/pve cannot be written. Undefined where nothing tells; a node
 * without a cluster has one.
 */
export async function readQuorum(path = MEMBERS): Promise<boolean | undefined> {
  const quorate: unknown = fieldOf(fieldOf(await readMembers(path), 'cluster'), 'quorate');
  return quorate === undefined ? undefined : quorate === 1;
}

/** Names of the nodes that are down; a node without a cluster has none. */
export async function listLostNodes(path = MEMBERS): Promise<readonly string[]> {
  const nodes: unknown = fieldOf(await readMembers(path), 'nodelist');
  if (typeof nodes !== 'object' || nodes === null) return [];
  return Object.entries(nodes).flatMap(([name, member]) => (fieldOf(member, 'online') === 0 ? [name] : []));
}

/** Whether a file can be written, or a directory be written into, by this process. */
export const isWritable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
