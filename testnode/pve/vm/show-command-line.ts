import type { Parameters } from '../cli/command.ts';
import { isSet, vmidOf } from '../cli/command.ts';
import { loadConfig } from '../config/store.ts';
import { print } from '../runtime/output.ts';
import { memoryMib } from './status.ts';

/** `qm showcmd`: the beginning of the real command line, enough to recognise the VM; devices are left out. */
export function showCommandLine(parameters: Parameters): void {
  const vmid = vmidOf(parameters);
  const config = loadConfig(vmid).current;
  const parts = [
    '/usr/bin/kvm',
    `-id ${vmid}`,
    `-name '${config.get('name') ?? `vm${vmid}`},debug-threads=on'`,
    '-no-shutdown',
    `-pidfile /var/run/qemu-server/${vmid}.pid`,
    '-daemonize',
    `-m ${memoryMib(config)}`,
  ];
  print(parts.join(isSet(parameters, 'pretty') ? ' \\\n  ' : ' '));
}
