import type { Parameters } from '../../cli/command.ts';
import { given, isSet, vmidOf } from '../../cli/command.ts';
import { loadWithDigest } from '../../config/store.ts';
import { withPending } from '../../config/sections.ts';
import type { Section } from '../../config/sections.ts';
import {
  CLONE_OPTIONS,
  CREATE_OPTIONS,
  DESTROY_OPTIONS,
  DISK,
  NEW_SIZE,
  SET_OPTIONS,
  SHUTDOWN_OPTIONS,
  START_OPTIONS,
  STOP_OPTIONS,
  VMID,
} from '../../options/command.ts';
import { configSchema } from '../../options/vm.ts';
import type { TaskResult } from '../../tasks/start.ts';
import { BOOLEAN, TEXT } from '../../schema/kinds.ts';
import { cloneVm } from '../../vm/clone.ts';
import { createVm } from '../../vm/create.ts';
import { destroyVm } from '../../vm/destroy.ts';
import { powerTask } from '../../guests/power.ts';
import { resizeDisk } from '../../disks/resize.ts';
import { allStatuses, fullStatusOf } from '../../vm/status.ts';
import { assertValidKeys, decodeKeys } from '../../config/ssh-keys.ts';
import { makeTemplate } from '../../vm/template.ts';
import { updateVm } from '../../vm/update.ts';
import { assertLocal, nodeOf } from '../local-node.ts';
import { ANY_USER, needs, needsOneOf } from '../../access/permission.ts';
import type { Route } from '../route.ts';

const VM = '/nodes/{node}/qemu/{vmid}';
const SECRETS = ['cipassword'];
const HIDDEN = '**********';

const AUDIT = needs('/vms/{vmid}', 'VM.Audit');
const POWER = needs('/vms/{vmid}', 'VM.PowerMgmt');
const CONFIG = needsOneOf(
  '/vms/{vmid}',
  'VM.Config.Disk',
  'VM.Config.CDROM',
  'VM.Config.CPU',
  'VM.Config.Memory',
  'VM.Config.Network',
  'VM.Config.HWType',
  'VM.Config.Options',
  'VM.Config.Cloudinit',
);

export const QEMU_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/nodes/{node}/qemu',
    permission: ANY_USER,
    isProtected: true,
    parameters: { full: BOOLEAN },
    answer: listVms,
  },
  {
    method: 'POST',
    path: '/nodes/{node}/qemu',
    permission: ANY_USER,
    isProtected: true,
    parameters: { ...CREATE_OPTIONS, vmid: VMID },
    secrets: SECRETS,
    answer: asTask(parameters => createVm(withCheckedKeys(parameters))),
  },
  {
    method: 'DELETE',
    path: VM,
    permission: needs('/vms/{vmid}', 'VM.Allocate'),
    isProtected: true,
    parameters: DESTROY_OPTIONS,
    answer: asTask(destroyVm),
  },
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
    permission: CONFIG,
    isProtected: true,
    parameters: SET_OPTIONS,
    secrets: SECRETS,
    answer: update,
  },
  {
    method: 'POST',
    path: `${VM}/config`,
    permission: CONFIG,
    isProtected: true,
    parameters: SET_OPTIONS,
    secrets: SECRETS,
    answer: update,
  },
  { method: 'GET', path: `${VM}/pending`, permission: AUDIT, answer: showPending },
  { method: 'GET', path: `${VM}/status/current`, permission: AUDIT, isProtected: true, answer: showStatus },
  {
    method: 'POST',
    path: `${VM}/status/start`,
    permission: POWER,
    isProtected: true,
    parameters: START_OPTIONS,
    answer: asTask(parameters => powerTask('qmstart', parameters)),
  },
  {
    method: 'POST',
    path: `${VM}/status/stop`,
    permission: POWER,
    isProtected: true,
    parameters: STOP_OPTIONS,
    answer: asTask(parameters => powerTask('qmstop', parameters)),
  },
  {
    method: 'POST',
    path: `${VM}/status/shutdown`,
    permission: POWER,
    isProtected: true,
    parameters: SHUTDOWN_OPTIONS,
    answer: asTask(parameters => powerTask('qmshutdown', parameters)),
  },
  {
    method: 'POST',
    path: `${VM}/clone`,
    permission: needs('/vms/{vmid}', 'VM.Clone'),
    isProtected: true,
    parameters: { ...CLONE_OPTIONS, newid: VMID },
    answer: asTask(cloneVm),
  },
  {
    method: 'POST',
    path: `${VM}/template`,
    permission: needs('/vms/{vmid}', 'VM.Allocate'),
    isProtected: true,
    parameters: { disk: TEXT },
    answer: asTask(makeTemplate),
  },
  {
    method: 'PUT',
    path: `${VM}/resize`,
    permission: needs('/vms/{vmid}', 'VM.Config.Disk'),
    isProtected: true,
    parameters: { disk: DISK, size: NEW_SIZE },
    answer: asTask(resizeDisk),
  },
];

/** A call that starts a worker answers the worker's id. */
function asTask(run: (parameters: Parameters) => Promise<TaskResult>): Route['answer'] {
  return async parameters => {
    assertLocal(parameters);
    return (await run(withoutNode(parameters))).upid;
  };
}

function update(parameters: Parameters): Promise<void> {
  assertLocal(parameters);
  return updateVm(withCheckedKeys(withoutNode(parameters)));
}

// Unlike `qm`, the API takes the keys themselves, percent-encoded.
function withCheckedKeys(parameters: Parameters): Parameters {
  const keys = parameters.get('sshkeys');
  if (keys !== undefined) assertValidKeys(decodeKeys(keys));
  return parameters;
}

function withoutNode(parameters: Parameters): Parameters {
  return new Map([...parameters].filter(([name]) => name !== 'node' && name !== 'output-format'));
}

function listVms(parameters: Parameters): readonly object[] {
  return allStatuses(nodeOf(parameters));
}

function showConfig(parameters: Parameters): object {
  const { config, digest } = loadWithDigest(vmidOf(parameters), nodeOf(parameters));
  const snapshot = parameters.get('snapshot');
  const section = snapshot === undefined ? undefined : config.snapshots.get(snapshot);
  const shown = section ?? (isSet(parameters, 'current') ? config.current : withPending(config));
  return { ...typed(shown), digest };
}

function showPending(parameters: Parameters): readonly object[] {
  const { config, digest } = loadWithDigest(vmidOf(parameters), nodeOf(parameters));
  const keys = new Set([...config.current.keys(), ...config.pending.keys()]);
  const entries = [...keys].sort().map(key => ({
    key,
    ...(config.current.has(key) ? { value: visible(key, config.current.get(key) ?? '') } : {}),
    ...(config.pending.has(key) ? { pending: visible(key, config.pending.get(key) ?? '') } : {}),
    ...(config.pendingDelete.has(key) ? { delete: 1 } : {}),
  }));
  return [...entries, { key: 'digest', value: digest }];
}

function showStatus(parameters: Parameters): object {
  const vmid = Number(given(parameters, 'vmid'));
  const { config } = loadWithDigest(vmid, nodeOf(parameters));
  return { ...fullStatusOf(vmid, config.current), ha: { managed: 0 } };
}

function typed(section: Section): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    [...section].map(([key, value]) => {
      const type = configSchema(key)?.type;
      return [key, type === 'string' || type === undefined ? visible(key, value) : Number(value)];
    }),
  );
}

function visible(key: string, value: string): string {
  return key === 'cipassword' ? HIDDEN : value;
}
