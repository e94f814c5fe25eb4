import { devicesOf } from './device.ts';
import type { GuestConfig } from './device.ts';
import { bootIndex } from './drive-arguments.ts';

const MODELS: Readonly<Record<string, string>> = {
  virtio: 'virtio-net-pci',
  e1000: 'e1000',
  rtl8139: 'rtl8139',
  vmxnet3: 'vmxnet3',
};

/** One end of a guest's cable on the node, and the bridge it belongs to. */
export interface Tap {
  readonly name: string;
  readonly bridge: string;
}

/** The interfaces that a VM adds to the node's bridges. */
export function tapsOf(vmid: number, config: GuestConfig): readonly Tap[] {
  return devicesOf(config, ['net']).flatMap(({ index, properties }) => {
    const bridge = properties.get('bridge');
    return bridge === undefined ? [] : [{ name: tapName(vmid, index), bridge }];
  });
}

/** QEMU's arguments for network cards. QEMU makes the taps itself, so they vanish with it however it ends. */
export function networkArguments(vmid: number, config: GuestConfig): readonly string[] {
  return devicesOf(config, ['net']).flatMap(({ slot, index, properties }) => {
    const [model, mac] = [...properties].find(([name]) => name in MODELS) ?? ['virtio', undefined];
    const backend = properties.has('bridge')
      ? `tap,id=${slot},ifname=${tapName(vmid, index)},script=no,downscript=no`
      : `user,id=${slot}`;
    const address = mac === undefined ? '' : `,mac=${mac}`;
    const card = `${MODELS[model] ?? model},netdev=${slot},id=${slot}${address}${bootIndex(config, slot)}`;
    return ['-netdev', backend, '-device', card];
  });
}

function tapName(vmid: number, index: number): string {
  return `tap${vmid}i${index}`;
}
