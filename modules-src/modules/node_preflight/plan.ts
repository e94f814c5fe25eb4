import { isFileStorage } from '../../pve/text/storage-config.ts';
import type { Notices, Problem } from '../../sdk/define-module.ts';
import { UserError } from '../../sdk/error.ts';
import type { Lane } from '../../sdk/step.ts';
import { permissionCommands } from './api/permissions.ts';
import { checks } from './checks.ts';
import { variableChecks } from './checks/variables.ts';
import { isWarning } from './codes.ts';
import type { Wanted } from './params.ts';
import { aboutFound, isOwnTemplate, ownConfig, ownerOf } from './wishes.ts';
import type { World } from './world.ts';

/** Every problem of a world, errors and warnings, each once. */
export function findProblems(wanted: Wanted, world: World): readonly Problem[] {
  const chosen = wanted.permissions === true ? variableChecks : checks;
  const about = aboutFound(wanted, world);
  const found = chosen.flatMap(check => check(about, world));
  return found.filter((one, index) => found.findIndex(other => lineOf(other) === lineOf(one)) === index);
}

const lineOf = ({ code, variable, message, fix }: Problem): string =>
  `${code}${variable === '' ? '' : ` ${variable}`}: ${message}; ${fix}`;

/** Nothing is to be done: either all is well, or one error tells of everything that is not. */
export function judge(wanted: Wanted, world: World): Lane[] {
  const found = findProblems(wanted, world);
  const errors = found.filter(({ code }) => !isWarning(code));
  if (errors.length === 0) return [];
  const count = errors.length === 1 ? '1 problem' : `${errors.length} problems`;
  throw new UserError(
    [`cannot begin: ${count} found, nothing was touched`, ...errors.map(lineOf)].join('\n'),
    { problems: errors, warnings: warningLines(found) },
  );
}

export const preflightNotices = (wanted: Wanted, world: World): Notices => ({
  warnings: [...warningLines(findProblems(wanted, world)), ...settledWarnings(world)],
});

/** What a module that does not run would warn of. */
const settledWarnings = ({ settled }: World): string[] =>
  Object.values(settled?.answers ?? {}).flatMap(({ warnings = [] }) => warnings);

const warningLines = (found: readonly Problem[]): string[] =>
  found.filter(({ code }) => isWarning(code)).map(lineOf);

export function preflightReport(wanted: Wanted, world: World): Readonly<Record<string, unknown>> {
  const { machine, node } = world;
  const about = aboutFound(wanted, world);
  if (about.permissions === true) return { permissions: permissionCommands(about) };
  if (node === undefined) return {};
  const storage = node.storages.find(one => one.id === about.disk_storage);
  const free = node.places.get(storage?.path ?? '')?.freeBytes;
  return {
    node: machine.name,
    pve_version: machine.versions.manager,
    vmid: about.vm_vmid,
    name: about.vm_name,
    vm_exists: ownConfig(about, node) !== undefined,
    vm_node: ownerOf(about, node) ?? machine.name,
    vm_is_template: isOwnTemplate(about, node),
    settled: world.settled?.answers ?? {},
    idle: world.settled?.idle ?? [],
    ...(storage !== undefined && {
      storage: {
        id: storage.id,
        type: storage.type,
        ...(isFileStorage(storage) && free !== undefined && { free }),
      },
    }),
  };
}
