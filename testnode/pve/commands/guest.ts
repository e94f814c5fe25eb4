import type { Command } from '../cli/command.ts';
import { VMID } from '../options/command.ts';
import { BOOLEAN, integer, TEXT } from '../schema/kinds.ts';
import { guestCommand, guestExec, guestExecStatus } from '../guests/agent.ts';
import { notImitated } from './not-imitated.ts';

const AGENT_COMMANDS = (
  'fsfreeze-freeze fsfreeze-status fsfreeze-thaw fstrim get-fsinfo get-host-name get-memory-block-info ' +
  'get-memory-blocks get-osinfo get-time get-timezone get-users get-vcpus info network-get-interfaces ping ' +
  'shutdown suspend-disk suspend-hybrid suspend-ram'
).split(' ');

export const GUEST_COMMANDS: readonly Command[] = [
  {
    name: 'guest cmd',
    positional: ['vmid', 'command'],
    parameters: { vmid: VMID, command: { type: 'string', enum: AGENT_COMMANDS, required: true } },
    run: guestCommand,
  },
  {
    name: 'guest exec-status',
    positional: ['vmid', 'pid'],
    parameters: { vmid: VMID, pid: { type: 'integer', required: true } },
    run: guestExecStatus,
  },
  notImitated('guest passwd', ['vmid', 'username'], { crypted: BOOLEAN }),
  {
    name: 'guest exec',
    positional: ['vmid', 'extra-args'],
    takesRest: true,
    parameters: {
      vmid: VMID,
      'extra-args': TEXT,
      'pass-stdin': BOOLEAN,
      synchronous: BOOLEAN,
      timeout: integer(0),
    },
    run: guestExec,
  },
];
