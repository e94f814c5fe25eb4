import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { clusterNodes, readClusterFile } from '../../config/cluster.ts';
import { runToEnd } from '../../runtime/run-command.ts';
import { nodeOf } from '../local-node.ts';
import { CPU_FLAGS, CPU_MODELS } from './cpu-models.ts';

const QEMU = '/usr/bin/qemu-system-x86_64';
/** Machine versions that PVE itself has put between those of QEMU. */
const OWN_REVISIONS: Readonly<Record<string, readonly string[]>> = { '4.1': ['4.1+pve2', '4.1+pve1'] };

/** Models that stand for a level of features. */
const ABSTRACT = /^x86-64-v\d/;

/** CPU models that a VM may have, the administrator's own for who may see the nodes. */
export function cpuModels(_parameters: Parameters, caller: Caller): readonly object[] {
  const models = Object.entries(CPU_MODELS).flatMap(([vendor, names]) =>
    names
      .split(' ')
      .map(name => ({ name, vendor, custom: 0, ...(ABSTRACT.test(name) ? { abstract: 1 } : {}) })),
  );
  return caller.may('/nodes', 'Sys.Audit') ? [...models, ...customModels()] : models;
}

function customModels(): readonly object[] {
  const text = readClusterFile('virtual-guest/cpu-models.conf') ?? '';
  return text.split(/^(?=cpu-model:)/m).flatMap(section => {
    const name = /^cpu-model:\s*(\S+)/.exec(section)?.[1];
    if (name === undefined) return [];
    const reported = /^\s+reported-model\s+(\S+)/m.exec(section)?.[1] ?? 'kvm64';
    return [{ name: `custom-${name}`, vendor: vendorOf(reported), custom: 1 }];
  });
}

function vendorOf(model: string): string {
  return Object.entries(CPU_MODELS).find(([, names]) => names.split(' ').includes(model))?.[0] ?? 'default';
}

/** Flags that may be set for a VM, and on which nodes the processor has them. */
export function cpuFlags(): readonly object[] {
  return Object.entries(CPU_FLAGS).map(([name, isEverywhere]) => ({
    name,
    'supported-on': isEverywhere ? clusterNodes() : [],
  }));
}

/** Machine versions of the installed QEMU, the newest first. */
export function machines(parameters: Parameters): readonly object[] {
  nodeOf(parameters);
  const { stdout } = runToEnd(QEMU, ['-machine', 'help']);
  const known = [...stdout.matchAll(/^pc-(i440fx|q35)-(\S+)/gm)].flatMap(([, type = '', version = '']) =>
    [...(OWN_REVISIONS[version] ?? []), version].map(revision => ({
      id: `pc-${type}-${revision}`,
      type,
      version: revision,
    })),
  );
  return known.sort((one, other) => other.version.localeCompare(one.version, 'en', { numeric: true }));
}

export function migration(): object {
  return { 'has-dbus-vmstate': true };
}
