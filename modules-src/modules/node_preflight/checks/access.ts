import { grantCommands } from '../../../pve/access/grants.ts';
import { missingPrivileges } from '../../../pve/access/held.ts';
import { rootOnlySettings } from '../../../pve/settings/root-only.ts';
import type { Problem } from '../../../sdk/define-module.ts';
import { granteeOf } from '../api/grantee.ts';
import { needsOf } from '../api/needs.ts';
import { foundIn, operationsOf } from '../api/operations.ts';
import { problem, type Check, type Subject } from '../check.ts';
import type { Wanted } from '../params.ts';

/** Why nothing else can be told. */
export const checkTroubles: Check = (_, { troubles = [] }) => troubles;

/** Everything that is missing, in one problem: its commands belong together. */
export const checkPrivileges: Check = (wanted, world) => {
  if (world.access === undefined) return [];
  const { held, roles } = world.access;
  const needed = needsOf(wanted, foundIn(wanted, world), world.machine.versions.manager);
  const missing = missingPrivileges(needed, held);
  if (missing.length === 0) return [];
  const grantee = granteeOf(wanted);
  const kinds = new Set(missing.map(({ path }) => path));
  const lacks = [...kinds].map(path => {
    const names = missing.filter(one => one.path === path).map(({ privilege }) => privilege);
    return `${names.sort().join(', ')} on ${path}`;
  });
  const whole = needed.filter(({ path }) => kinds.has(path));
  return [
    problem(
      'PVE-API-004',
      grantee.token === undefined ? 'api_user' : 'api_token_id',
      `${grantee.token ?? grantee.user} lacks ${lacks.join('; ')}`,
      `as root on a node: ${grantCommands(whole, grantee, new Set(roles)).join('; ')}`,
    ),
  ];
};

/** No privilege helps: Proxmox VE asks for root@pam with its own password. */
export const checkRootOnly: Check = (wanted, world) => {
  if (wanted.api_host === undefined || isRoot(wanted)) return [];
  const settings = operationsOf(wanted, foundIn(wanted, world)).flatMap(({ action }) =>
    rootOnlySettings(action).filter(({ option }) => isOfUser(option)),
  );
  return settings.map(({ option, reason, instead }): Problem =>
    problem(
      'PVE-API-005',
      subjectOf(option, wanted),
      `${reason}, and no token may set it`,
      `${instead === undefined ? 'leave it out' : `write ${instead}`}, or go by SSH with the node in the inventory`,
    ),
  );
};

const isRoot = (wanted: Wanted): boolean => {
  const { user, token } = granteeOf(wanted);
  return user === 'root@pam' && token === undefined;
};

/** `skiplock` is ours. */
const isOfUser = (option: string): boolean => option !== 'skiplock';

/** The variable that an option of PVE comes from. */
function subjectOf(option: string, { vm_disks: disks = {}, vm_gpu: gpus = [] }: Wanted): Subject {
  if (option === 'arch') return 'vm_arch';
  if (option === 'hookscript') return 'vm_hookscript';
  const index = Number(/^hostpci(\d+)$/.exec(option)?.[1] ?? -1);
  if (gpus[index] !== undefined) return `vm_gpu[${index}]`;
  return Object.hasOwn(disks, option) ? `vm_disks.${option}` : `vm_extra_config.${option}`;
}
