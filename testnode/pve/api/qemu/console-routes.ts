import type { Parameters } from '../../cli/command.ts';
import { given, vmidOf } from '../../cli/command.ts';
import { loadConfig } from '../../config/store.ts';
import { needs } from '../../access/permission.ts';
import { isPaused } from '../../running/paused.ts';
import { assertRunning } from '../../running/process.ts';
import { qmp } from '../../running/qmp.ts';
import { nodeSettings } from '../../runtime/settings.ts';
import { BOOLEAN, oneOf, TEXT } from '../../schema/kinds.ts';
import { get } from '../get.ts';
import { firewallOptions } from '../node/system.ts';
import type { Route } from '../route.ts';
import { onVm, VM } from './vm.ts';

const TIME_FRAMES = oneOf('hour', 'day', 'week', 'month', 'year');

/** What an installer types and QEMU's monitor; and what PVE has for a VM that nobody here set up: firewall, graphs. */
export const CONSOLE_ROUTES: readonly Route[] = [
  {
    method: 'PUT',
    path: `${VM}/sendkey`,
    permission: onVm('VM.Console'),
    isProtected: true,
    parameters: { key: { ...TEXT, required: true }, skiplock: BOOLEAN },
    answer: sendKey,
  },
  {
    method: 'POST',
    path: `${VM}/monitor`,
    permission: needs('/', 'Sys.Modify'),
    isProtected: true,
    parameters: { command: { ...TEXT, required: true } },
    answer: parameters => askMonitor(parameters, given(parameters, 'command')),
  },
  get(`${VM}/firewall/options`, onVm('VM.Audit'), firewallOptions),
  get(`${VM}/firewall/rules`, onVm('VM.Audit'), () => []),
  get(`${VM}/rrddata`, onVm('VM.Audit'), () => [], {
    timeframe: { ...TIME_FRAMES, required: true },
    cf: oneOf('AVERAGE', 'MAX'),
  }),
];

async function sendKey(parameters: Parameters): Promise<null> {
  await askMonitor(parameters, `sendkey ${given(parameters, 'key')}`);
  return null;
}

/** A pretended guest takes every command, and says of itself only whether it runs. */
async function askMonitor(parameters: Parameters, command: string): Promise<unknown> {
  const vmid = vmidOf(parameters);
  loadConfig(vmid);
  assertRunning(vmid);
  if (nodeSettings().guests !== 'boot')
    return command === 'info status' ? `VM status: ${isPaused(vmid) ? 'paused' : 'running'}\r\n` : '';
  return qmp(vmid, 'human-monitor-command', { 'command-line': command });
}
