import { readClusterFile, writeClusterFile } from './cluster.ts';

const FILE = 'ha/resources.cfg';

/** True for a VM that the cluster's HA manager looks after. */
export function isHaManaged(vmid: number): boolean {
  return sections().some(section => isAbout(section, vmid));
}

/** Gives a VM to the HA manager, which is no part of a test node: it only stands in the file. */
export function addHaResource(vmid: number, state: 'started' | 'stopped'): void {
  write([...sections().filter(section => !isAbout(section, vmid)), `vm: ${vmid}\n\tstate ${state}`]);
}

export function removeHaResource(vmid: number): void {
  write(sections().filter(section => !isAbout(section, vmid)));
}

function sections(): readonly string[] {
  return (readClusterFile(FILE) ?? '').split(/\n(?=\S)/).filter(section => section.trim() !== '');
}

function isAbout(section: string, vmid: number): boolean {
  return new RegExp(`^vm:\\s*${vmid}\\s*(?:\\n|$)`).test(section);
}

function write(all: readonly string[]): void {
  writeClusterFile(FILE, all.map(section => `${section.trimEnd()}\n\n`).join(''));
}
