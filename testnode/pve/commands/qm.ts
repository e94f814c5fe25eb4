import type { Program } from '../cli/command.ts';
import { CLOUD_INIT_COMMANDS } from './cloudinit.ts';
import { DISK_COMMANDS } from './disk.ts';
import { GUEST_COMMANDS } from './guest.ts';
import { NODE_COMMANDS } from './node.ts';
import { VM_COMMANDS } from './vm.ts';

/** `qm`, its commands in the order of its usage. */
export const QM: Program = {
  name: 'qm',
  groups: [CLOUD_INIT_COMMANDS, DISK_COMMANDS, GUEST_COMMANDS, VM_COMMANDS, NODE_COMMANDS],
  aliases: {
    agent: 'guest cmd',
    importdisk: 'disk import',
    'move-disk': 'disk move',
    move_disk: 'disk move',
    rescan: 'disk rescan',
    resize: 'disk resize',
    unlink: 'disk unlink',
  },
};
