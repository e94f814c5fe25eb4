import { defineOptions, type ValuesOf } from '../../sdk/option.ts';
import type { VmConfig } from '../text/vm-config.ts';
import { isOfOurMaking } from '../vms/marker.ts';

export const assumedOption = defineOptions({
  assumed: {
    type: 'dict',
    description: [
      'Values that stand for nothing said, by the names of their options, such as the defaults of a role.',
      'They count for a VM that this role has made, and not for one that it found: that stays as it is.',
    ],
    example: { memory: 2048 },
  },
});

type Assuming = ValuesOf<typeof assumedOption> & { readonly vmid: number };

/** What the user said of a VM: where the VM is not of our making, an option at its default says nothing. */
export function saidOf<W extends Assuming>(wanted: W, config: VmConfig): W {
  const { assumed = {}, vmid } = wanted;
  if (isOfOurMaking(config, vmid)) return wanted;
  const isSaid = ([name, value]: readonly [string, unknown]): boolean =>
    !Object.hasOwn(assumed, name) || JSON.stringify(value) !== JSON.stringify(assumed[name]);
  const unsaid = Object.entries(wanted).filter(entry => !isSaid(entry));
  return { ...wanted, ...Object.fromEntries(unsaid.map(([name]) => [name, undefined])) };
}
