import { nextValues } from '../../pve/text/vm-config.ts';
import { planOwnVm } from '../../pve/vms/ownership.ts';
import type { Lane } from '../../sdk/step.ts';
import { attachSteps } from './attach.ts';
import { changeSteps } from './change.ts';
import type { Observed } from './observe.ts';
import { requireOne } from './refusals.ts';
import { giveWay, sharedOnes } from './shared.ts';
import { labelOf, wishesOf, type Wanted } from './wish.ts';

/** Make and attach what the VM lacks; grow and drive what it has as declared. Nothing is ever taken away. */
export function planDataDisks(wanted: Wanted, observed: Observed): readonly Lane[] {
  return planOwnVm(wanted, observed.vm, `attach data disks to ${labelOf(wanted)}`, config => {
    const wishes = wishesOf(wanted);
    for (const wish of wishes) requireOne(wanted, wish, config);
    const values = nextValues(config);
    const lacking = wishes.filter(({ slot }) => !values.has(slot));
    const shared = sharedOnes(wanted, wishes, observed);
    if (shared.length > 0 && observed.hasWorked) return [giveWay(wanted, shared, observed)];
    return [
      [
        ...attachSteps(wanted, lacking, observed.around, config),
        ...wishes.filter(wish => !lacking.includes(wish)).flatMap(wish => changeSteps(wanted, wish, config)),
      ],
    ];
  });
}
