import type { Parameters } from '../../cli/command.ts';
import { given, vmidOf } from '../../cli/command.ts';
import { changeUnlockedConfig } from '../../config/locked.ts';
import type { Section, VmConfig } from '../../config/sections.ts';
import { loadWithDigest } from '../../config/store.ts';
import { SNAPSHOT_NAME, SNAPSHOT_OPTIONS } from '../../options/command.ts';
import { PveFailure } from '../../runtime/failure.ts';
import { isRunning } from '../../running/process.ts';
import { BOOLEAN, TEXT } from '../../schema/kinds.ts';
import { deleteSnapshot, rollBack, takeSnapshot } from '../../vm/snapshot.ts';
import type { Route } from '../route.ts';
import { asTask, onVm, onVmOneOf, VM } from './vm.ts';

const SNAPSHOTS = `${VM}/snapshot`;
const ONE = `${SNAPSHOTS}/{snapname}`;
const TAKE = onVm('VM.Snapshot');

export const SNAPSHOT_ROUTES: readonly Route[] = [
  { method: 'GET', path: SNAPSHOTS, permission: onVm('VM.Audit'), answer: listSnapshots },
  {
    method: 'POST',
    path: SNAPSHOTS,
    permission: TAKE,
    isProtected: true,
    parameters: { ...SNAPSHOT_OPTIONS, snapname: SNAPSHOT_NAME },
    answer: asTask(takeSnapshot),
  },
  {
    method: 'GET',
    path: ONE,
    permission: onVm('VM.Audit'),
    answer: () => [{ cmd: 'rollback' }, { cmd: 'config' }],
  },
  {
    method: 'DELETE',
    path: ONE,
    permission: TAKE,
    isProtected: true,
    parameters: { force: BOOLEAN },
    answer: asTask(deleteSnapshot),
  },
  {
    method: 'POST',
    path: `${ONE}/rollback`,
    permission: onVmOneOf('VM.Snapshot', 'VM.Snapshot.Rollback'),
    isProtected: true,
    parameters: { start: BOOLEAN },
    answer: asTask(rollBack),
  },
  {
    method: 'GET',
    path: `${ONE}/config`,
    permission: onVmOneOf('VM.Snapshot', 'VM.Snapshot.Rollback', 'VM.Audit'),
    answer: parameters => Object.fromEntries(sectionOf(configOf(parameters), parameters)),
  },
  {
    method: 'PUT',
    path: `${ONE}/config`,
    permission: TAKE,
    isProtected: true,
    parameters: { description: TEXT },
    answer: describe,
  },
];

/** Snapshots and, as PVE does, the state as it is now as the last of them. */
function listSnapshots(parameters: Parameters): readonly object[] {
  const vmid = vmidOf(parameters);
  const { config, digest } = loadWithDigest(vmid);
  const snapshots = [...config.snapshots].map(([name, section]) => ({
    name,
    snaptime: Number(section.get('snaptime')),
    vmstate: section.has('vmstate') ? 1 : 0,
    description: section.get('description') ?? '',
    ...parentOf(section),
  }));
  const running = isRunning(vmid) ? 1 : 0;
  const now = { name: 'current', digest, running, description: 'You are here!', ...parentOf(config.current) };
  return [...snapshots, now];
}

function parentOf(section: Section): { readonly parent?: string } {
  const parent = section.get('parent');
  return parent === undefined ? {} : { parent };
}

async function describe(parameters: Parameters): Promise<void> {
  await changeUnlockedConfig(vmidOf(parameters), config => {
    const description = parameters.get('description');
    if (description !== undefined) sectionOf(config, parameters).set('description', description);
  });
}

function configOf(parameters: Parameters): VmConfig {
  return loadWithDigest(vmidOf(parameters)).config;
}

function sectionOf({ snapshots }: VmConfig, parameters: Parameters): Section {
  const name = given(parameters, 'snapname');
  const section = snapshots.get(name);
  if (!section) throw new PveFailure(`snapshot '${name}' does not exist`);
  return section;
}
