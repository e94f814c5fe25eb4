import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { vmidOf } from '../../cli/command.ts';
import { cloudInitPart, updateCloudInit } from '../../cloudinit/commands.ts';
import { SET_OPTIONS } from '../../options/command.ts';
import { BOOLEAN, integer, oneOf, TEXT } from '../../schema/kinds.ts';
import type { ParameterSchemas } from '../../schema/kinds.ts';
import { checkHookScript } from '../../settings/hook-script.ts';
import { updateVm, updateVmInBackground } from '../../vm/update.ts';
import { cloudInitValues } from '../../vm/show.ts';
import type { Route } from '../route.ts';
import { assertRootParameters } from './may-configure.ts';
import { assertMayUpdate } from './may-update.ts';
import { showConfig, showPending } from './show-config.ts';
import { waitFor } from './wait-for.ts';
import { assertKeys, ENCODED_KEYS, onVm, onVmOneOf, ownParameters, VM } from './vm.ts';

const AUDIT = onVm('VM.Audit');
const CONFIGURE = onVmOneOf(
  'VM.Config.Disk',
  'VM.Config.CDROM',
  'VM.Config.CPU',
  'VM.Config.Memory',
  'VM.Config.Network',
  'VM.Config.HWType',
  'VM.Config.Options',
  'VM.Config.Cloudinit',
);
const SECRETS = ['cipassword'];
const OPTIONS: ParameterSchemas = { ...SET_OPTIONS, sshkeys: ENCODED_KEYS };

/** The configuration of a VM, and the cloud-init drive that follows from it. */
export const CONFIG_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: `${VM}/config`,
    permission: AUDIT,
    parameters: { current: BOOLEAN, snapshot: TEXT },
    answer: showConfig,
  },
  {
    method: 'PUT',
    path: `${VM}/config`,
    permission: CONFIGURE,
    isProtected: true,
    parameters: OPTIONS,
    secrets: SECRETS,
    answer: async (parameters, caller) => updateVm(checked(parameters, caller)),
  },
  {
    method: 'POST',
    path: `${VM}/config`,
    permission: CONFIGURE,
    isProtected: true,
    parameters: { ...OPTIONS, background_delay: integer(1, 30) },
    secrets: SECRETS,
    answer: updateInBackground,
  },
  { method: 'GET', path: `${VM}/pending`, permission: AUDIT, answer: showPending },
  { method: 'GET', path: `${VM}/cloudinit`, permission: AUDIT, answer: showCloudInit },
  {
    method: 'PUT',
    path: `${VM}/cloudinit`,
    permission: onVm('VM.Config.Cloudinit'),
    isProtected: true,
    answer: updateCloudInit,
  },
  {
    method: 'GET',
    path: `${VM}/cloudinit/dump`,
    permission: AUDIT,
    parameters: { type: { ...oneOf('user', 'network', 'meta'), required: true } },
    answer: cloudInitPart,
  },
];

function checked(parameters: Parameters, caller: Caller): Parameters {
  const own = ownParameters(parameters);
  assertRootParameters(own, caller);
  assertKeys(own);
  checkHookScript(own.get('hookscript'));
  assertMayUpdate(own, caller);
  return own;
}

// Whoever wants to wait gets nothing when all is done in time, the worker's id otherwise.
async function updateInBackground(parameters: Parameters, caller: Caller): Promise<string | null> {
  const { upid } = await updateVmInBackground(checked(parameters, caller));
  const seconds = Number(parameters.get('background_delay') ?? 0);
  const isDone = await waitFor(upid, seconds, `failed to update VM ${vmidOf(parameters)}`);
  return isDone ? null : upid;
}

function showCloudInit(parameters: Parameters): readonly object[] {
  return cloudInitValues(vmidOf(parameters)).map(({ key, value, isNew }) =>
    isNew ? { key, pending: value } : { key, value },
  );
}
