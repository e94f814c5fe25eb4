import { extraProblems } from '../../../../pve/settings/extra-config.ts';
import { problem, type Check } from '../../check.ts';
import { imageDisk, wantedClones, wantsImage } from '../../wishes.ts';

/** What would undo the role's own work, or reach `qm` as something else than an option and its value. */
export const checkExtraConfig: Check = wanted => [
  ...extraProblems(wanted.vm_extra_config ?? {}, wantsImage(wanted) ? imageDisk(wanted) : undefined).map(
    ({ option, message, fix }) => problem('PVE-VM-020', `vm_extra_config.${option}`, message, fix),
  ),
  ...wantedClones(wanted).flatMap(({ extra_config: extra = {} }, index) =>
    extraProblems(extra, undefined).map(({ option, message, fix }) =>
      problem('PVE-VM-020', `vm_clones[${index}].extra_config`, `${option} ${message}`, fix),
    ),
  ),
];
