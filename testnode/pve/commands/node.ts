import type { Command } from '../cli/command.ts';
import { OPTIONAL_SNAPSHOT, REQUIRED_TEXT, VMID } from '../options/command.ts';
import { BOOLEAN, integer, TEXT } from '../schema/kinds.ts';
import { showCommandLine } from '../vm/show-command-line.ts';
import { enrollKeys } from '../disks/efi-keys.ts';
import { showStatus } from '../vm/show.ts';
import { unlockVm } from '../vm/unlock.ts';
import { waitForVm } from '../guests/power.ts';
import { openMonitor } from '../guests/monitor.ts';
import { notImitated } from './not-imitated.ts';

const vm = { vmid: VMID };
const ONE_VM = ['vmid'];

export const NODE_COMMANDS: readonly Command[] = [
  notImitated('cleanup', ['vmid', 'clean-shutdown', 'guest-requested']),
  { name: 'enroll-efi-keys', positional: ONE_VM, parameters: vm, run: enrollKeys },
  notImitated('import', ['vmid', 'source'], { storage: REQUIRED_TEXT, dryrun: BOOLEAN }),
  notImitated('importovf', ['vmid', 'manifest', 'storage'], { dryrun: BOOLEAN }),
  { name: 'monitor', positional: ONE_VM, parameters: vm, run: openMonitor },
  notImitated('mtunnel', []),
  notImitated('nbdstop', ONE_VM),
  notImitated('remote-migrate', ['vmid', 'target-vmid?', 'target-endpoint'], {
    'target-bridge': REQUIRED_TEXT,
    'target-storage': REQUIRED_TEXT,
    online: BOOLEAN,
  }),
  {
    name: 'showcmd',
    positional: ONE_VM,
    parameters: { ...vm, pretty: BOOLEAN, snapshot: OPTIONAL_SNAPSHOT },
    run: showCommandLine,
  },
  { name: 'status', positional: ONE_VM, parameters: { ...vm, verbose: BOOLEAN }, run: showStatus },
  notImitated('terminal', ONE_VM, { iface: TEXT }),
  { name: 'unlock', positional: ONE_VM, parameters: vm, run: unlockVm },
  notImitated('vncproxy', ONE_VM),
  { name: 'wait', positional: ONE_VM, parameters: { ...vm, timeout: integer(1) }, run: waitForVm },
];
