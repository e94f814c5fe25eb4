import type { Parameters } from '../cli/command.ts';
import { isSet, vmidOf } from '../cli/command.ts';
import { loadConfig } from '../config/store.ts';
import type { Section } from '../config/sections.ts';
import { assertCommandLine, assertShowable } from '../guests/startable.ts';
import { isRunning } from '../running/process.ts';
import { PveFailure } from '../runtime/failure.ts';
import { print } from '../runtime/output.ts';
import { memoryMib } from './status.ts';

/** `qm showcmd`: the beginning of the real command line, enough to recognise the VM; devices are left out. */
export function showCommandLine(parameters: Parameters): void {
  const vmid = vmidOf(parameters);
  const config = sectionOf(vmid, parameters.get('snapshot'));
  if (isRunning(vmid)) assertCommandLine(config);
  else assertShowable(config);
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

function sectionOf(vmid: number, snapshot: string | undefined): Section {
  const { current, snapshots } = loadConfig(vmid);
  const section = snapshot === undefined ? current : snapshots.get(snapshot);
  if (!section) throw new PveFailure(`snapshot '${snapshot ?? ''}' does not exist`);
  return section;
}
