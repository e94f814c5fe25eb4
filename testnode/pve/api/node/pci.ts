import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { Parameters } from '../../cli/command.ts';
import { nodeOf } from '../local-node.ts';

const DEVICES = '/sys/bus/pci/devices';
/** Memory controllers, bridges and processors are left out unless asked for. */
const LEFT_OUT = '05,06,0b';

/** PCI devices of the machine, in the numbers that the kernel gives. */
export function listPciDevices(parameters: Parameters): readonly object[] {
  nodeOf(parameters);
  if (!existsSync(DEVICES)) return [];
  const left = (parameters.get('pci-class-blacklist') ?? LEFT_OUT)
    .split(/[,; ]+/)
    .filter(part => part !== '');
  const isVerbose = parameters.get('verbose') !== '0';
  return readdirSync(DEVICES)
    .sort()
    .map(id => describe(id, isVerbose))
    .filter(({ class: kind }) => !left.some(prefix => kind.startsWith(`0x${prefix}`)));
}

function describe(
  id: string,
  isVerbose: boolean,
): Readonly<Record<string, string | number>> & { readonly class: string } {
  const hex = (name: string): string => readFileSync(`${DEVICES}/${id}/${name}`, 'utf8').trim();
  return {
    id,
    class: hex('class'),
    vendor: hex('vendor'),
    device: hex('device'),
    iommugroup: groupOf(id),
    ...(isVerbose ? subsystem(hex) : {}),
  };
}

function subsystem(hex: (name: string) => string): Readonly<Record<string, string>> {
  const [vendor, device] = [hex('subsystem_vendor'), hex('subsystem_device')];
  return vendor === '0x0000' ? {} : { subsystem_vendor: vendor, subsystem_device: device };
}

function groupOf(id: string): number {
  const link = `${DEVICES}/${id}/iommu_group`;
  return existsSync(link) ? Number(basename(readlinkSync(link))) : -1;
}
