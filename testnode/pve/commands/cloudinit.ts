import type { Command } from '../cli/command.ts';
import { dumpCloudInit, updateCloudInit } from '../cloudinit/commands.ts';
import { VMID } from '../options/command.ts';
import { showCloudInitPending } from '../vm/show.ts';

const vm = { vmid: VMID };

export const CLOUD_INIT_COMMANDS: readonly Command[] = [
  {
    name: 'cloudinit dump',
    positional: ['vmid', 'type'],
    parameters: { ...vm, type: { type: 'string', enum: ['user', 'network', 'meta'], required: true } },
    run: dumpCloudInit,
  },
  { name: 'cloudinit pending', positional: ['vmid'], parameters: vm, run: showCloudInitPending },
  { name: 'cloudinit update', positional: ['vmid'], parameters: vm, run: updateCloudInit },
];
