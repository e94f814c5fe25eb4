import { missingPrivileges } from '../pve/access/held.ts';
import { clonedConfig, neededPrivileges, type Privilege } from '../pve/settings/privileges.ts';
import type { Permissions } from '../sdk/facts.ts';
import { qmOf, type ClusterAction, type QmAction } from '../sdk/step.ts';
import type { Api } from './api.ts';
import { storageOfVolume } from '../pve/text/volume-id.ts';

/** Each of them does; the first is what is told. */
type Need = readonly [Privilege, ...Privilege[]];

type Config = ReadonlyMap<string, string>;

/** A VM that the operations before have made, which nobody has read yet. */
interface Made {
  readonly config: Config;
  readonly pool: string | undefined;
}

/** What who asks lacks for each of the operations, one after the other, by what was read of the VMs. */
export function lackingFor(
  { configs }: Pick<Api, 'configs'>,
  actions: readonly ClusterAction[],
  held: Permissions,
): readonly (readonly Privilege[])[] {
  const made = new Map<number, Made>();
  const configOf = (vmid: number): Config => made.get(vmid)?.config ?? configs.get(vmid) ?? new Map();
  return actions.map(action => {
    const needs = needsOf(action, configOf);
    const one = madeBy(action, configOf);
    if (one !== undefined) made.set(one.vmid, one);
    return needs.flatMap(need => {
      const ways = need.flatMap(way => [way, ...elsewhere(way, made, held)]);
      return missingPrivileges(ways, held).length === ways.length ? [need[0]] : [];
    });
  });
}

const need = (path: string, privilege: string, ...others: readonly string[]): Need => [
  { path, privilege },
  ...others.map(other => ({ path, privilege: other })),
];

/** Of an image that is fetched, who downloads it is for the work to find out: sent it may be in any case. */
function needsOf(action: ClusterAction, configOf: (vmid: number) => Config): readonly Need[] {
  switch (action.kind) {
    case 'fetch-image':
      return [need(storagePath(action.path), 'Datastore.AllocateTemplate')];
    case 'put-drive':
      return [need(storagePath(action.volume), 'Datastore.AllocateTemplate')];
    case 'free-volume':
    case 'remove-snippet':
      return [need(storagePath(action.volume), 'Datastore.Allocate')];
    case 'allocate-volume':
      // To who may not change the disks of its VM it is not shown.
      return [
        need(storagePath(action.volume), 'Datastore.AllocateSpace'),
        need(pathOf(action.vmid), 'VM.Config.Disk'),
      ];
    case 'wait-guest':
      return [agentNeed(action.vmid, action.sign === 'cloud-init')];
    case 'test-guest':
      return [need(pathOf(action.vmid), 'VM.PowerMgmt'), agentNeed(action.vmid, true)];
    default: {
      const operation = qmOf(action);
      return operation === undefined ? [] : operationNeeds(operation, configOf(operation.vmid));
    }
  }
}

const storagePath = (volume: string): string => `/storage/${storageOfVolume(volume)}`;

const pathOf = (vmid: number): string => `/vms/${vmid}`;

/** PVE 8 has one privilege for all that the agent is asked, which PVE 9 does not know. */
const agentNeed = (vmid: number, runsPrograms: boolean): Need =>
  runsPrograms
    ? need(pathOf(vmid), 'VM.GuestAgent.Unrestricted', 'VM.Monitor')
    : need(pathOf(vmid), 'VM.GuestAgent.Audit', 'VM.GuestAgent.Unrestricted', 'VM.Monitor');

/** Who makes a VM has to see it afterwards. */
function operationNeeds(operation: QmAction, config: Config): readonly Need[] {
  const vmid = newVm(operation);
  return [
    ...neededPrivileges(operation, config).map(({ path, privilege, or }) =>
      or === undefined ? need(path, privilege) : need(path, privilege, or),
    ),
    ...(vmid === undefined ? [] : [need(pathOf(vmid), 'VM.Audit')]),
  ];
}

function newVm({ verb, vmid, properties }: QmAction): number | undefined {
  if (verb === 'clone') return Number(properties['newid']);
  return verb === 'create' ? vmid : undefined;
}

function madeBy(
  action: ClusterAction,
  configOf: (vmid: number) => Config,
): (Made & { readonly vmid: number }) | undefined {
  const operation = qmOf(action);
  const vmid = operation && newVm(operation);
  if (operation === undefined || vmid === undefined) return undefined;
  const { verb, properties } = operation;
  const { pool } = properties;
  return {
    vmid,
    config: verb === 'clone' ? clonedConfig(configOf(operation.vmid), properties) : textsIn(properties),
    pool: typeof pool === 'string' ? pool : undefined,
  };
}

const textsIn = (properties: QmAction['properties']): Config =>
  new Map(
    Object.entries(properties).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value] as const] : [],
    ),
  );

const OTHER_ZONE = /^\/sdn\/zones\/(?!localnetwork(?:\/|$))./;

/**
 * Paths on which the privilege does as well: of a VM that is made in a pool, the other one of the two; of a bridge, zones that
 * it may be of when it is none of the node's own.
 */
function elsewhere(
  { path, privilege }: Privilege,
  made: ReadonlyMap<number, Made>,
  held: Permissions,
): readonly Privilege[] {
  const inPools = [...made].flatMap(([vmid, { pool }]) =>
    pool === undefined ? [] : [[pathOf(vmid), `/pool/${pool}`] as const],
  );
  const paths = [
    ...inPools.filter(pair => pair.includes(path)).flat(),
    ...(privilege === 'SDN.Use' ? [...held.keys()].filter(one => OTHER_ZONE.test(one)) : []),
  ];
  return paths.map(one => ({ path: one, privilege }));
}

/** What lacks, in words. */
export function lackText(lacking: readonly Privilege[]): string {
  const paths = [...new Set(lacking.map(({ path }) => path))];
  const lacks = paths.map(path => {
    const names = lacking.filter(one => one.path === path).map(({ privilege }) => privilege);
    return `${[...new Set(names)].join(', ')} on ${path}`;
  });
  const commands = paths.map(path => `\`pveum acl modify ${path} …\``);
  return `who asks lacks ${lacks.join(' and ')}; give it with a role and ${commands.join(', ')}`;
}
