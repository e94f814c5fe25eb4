import type { Parameters } from '../cli/command.ts';
import { vmidOf } from '../cli/command.ts';
import { loadConfig } from '../config/config-store.ts';
import { complain, print } from '../runtime/output.ts';
import { assertRunning } from './process.ts';

/** `qm monitor`: greets and ends with its input; the commands of QEMU's monitor are not imitated. */
export function openMonitor(parameters: Parameters): void {
  const vmid = vmidOf(parameters);
  loadConfig(vmid);
  assertRunning(vmid);
  print(`Entering QEMU Monitor for VM ${vmid} - type 'help' for help`);
  complain('qm> ');
}
