import { loadWithDigest } from '../../config/store.ts';
import type { Parameters } from '../../cli/command.ts';
import { vmidOf } from '../../cli/command.ts';
import { powerTask, rebootVm, resetVm, resumeVm, suspendVm } from '../../guests/power.ts';
import { SHUTDOWN_OPTIONS, START_OPTIONS, STOP_OPTIONS } from '../../options/command.ts';
import { VM_OPTIONS } from '../../options/vm.ts';
import { BOOLEAN, integer } from '../../schema/kinds.ts';
import { parsePropertyString } from '../../schema/property-string.ts';
import { isHaManaged } from '../../config/ha-resources.ts';
import { fullStatusOf } from '../../vm/status.ts';
import { nodeOf } from '../local-node.ts';
import type { Route } from '../route.ts';
import { asTask, onVm, VM } from './vm.ts';

const STATUS = `${VM}/status`;

const power = (verb: string, route: Pick<Route, 'parameters' | 'answer'>): Route => ({
  method: 'POST',
  path: `${STATUS}/${verb}`,
  permission: onVm('VM.PowerMgmt'),
  isProtected: true,
  ...route,
});

/** Whether a VM runs, and how it begins and ends to. */
export const POWER_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: `${STATUS}/current`,
    permission: onVm('VM.Audit'),
    isProtected: true,
    answer: showStatus,
  },
  power('start', {
    parameters: START_OPTIONS,
    answer: asTask(parameters => powerTask('qmstart', parameters)),
  }),
  power('stop', { parameters: STOP_OPTIONS, answer: asTask(parameters => powerTask('qmstop', parameters)) }),
  power('shutdown', {
    parameters: SHUTDOWN_OPTIONS,
    answer: asTask(parameters => powerTask('qmshutdown', parameters)),
  }),
  power('reboot', { parameters: { timeout: integer(0) }, answer: asTask(rebootVm) }),
  power('reset', { parameters: { skiplock: BOOLEAN }, answer: asTask(resetVm) }),
  power('suspend', { parameters: { skiplock: BOOLEAN, todisk: BOOLEAN }, answer: asTask(suspendVm) }),
  power('resume', { parameters: { nocheck: BOOLEAN, skiplock: BOOLEAN }, answer: asTask(resumeVm) }),
];

function showStatus(parameters: Parameters): object {
  const vmid = vmidOf(parameters);
  const { config } = loadWithDigest(vmid, nodeOf(parameters));
  return {
    ...fullStatusOf(vmid, config.current),
    ...(isAgentOn(config.current.get('agent')) ? { agent: 1 } : {}),
    ha: { managed: isHaManaged(vmid) ? 1 : 0 },
  };
}

function isAgentOn(agent: string | undefined): boolean {
  const schemas = VM_OPTIONS.agent?.properties ?? {};
  return agent !== undefined && parsePropertyString(schemas, agent).get('enabled') === '1';
}
