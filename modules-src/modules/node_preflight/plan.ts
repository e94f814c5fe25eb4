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
export function findProblems(declared: Wanted, world: World): readonly Problem[] {
  const asked = declared.permissions === true ? variableChecks : checks;
  const found = asked.flatMap(check => check(aboutFound(declared, world), world));
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

export function preflightReport(asked: Wanted, world: World): Readonly<Record<string, unknown>> {
  const { machine, node } = world;
  const wanted = aboutFound(asked, world);
  if (wanted.permissions === true) return { permissions: permissionCommands(wanted) };
  if (node === undefined) return {};
  const storage = node.storages.find(one => one.id === wanted.disk_storage);
  const free = node.places.get(storage?.path ?? '')?.freeBytes;
  return {
    node: machine.name,
    pve_version: machine.versions.manager,
    vmid: wanted.vm_vmid,
    name: wanted.vm_name,
    vm_exists: ownConfig(wanted, node) !== undefined,
    vm_node: ownerOf(wanted, node) ?? machine.name,
    vm_is_template: isOwnTemplate(wanted, node),
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
