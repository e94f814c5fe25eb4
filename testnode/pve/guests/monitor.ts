import type { Parameters } from '../cli/command.ts';
import { vmidOf } from '../cli/command.ts';
import { loadConfig } from '../config/store.ts';
import { print, prompt } from '../runtime/output.ts';

/** `qm monitor`: greets and ends with its input; the commands of QEMU's monitor are not imitated. */
export function openMonitor(parameters: Parameters): void {
  const vmid = vmidOf(parameters);
  loadConfig(vmid);
  print(`Entering QEMU Monitor for VM ${vmid} - type 'help' for help`);
  prompt('qm> ');
}
