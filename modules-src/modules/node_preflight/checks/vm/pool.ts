import { nearest } from '../../../../sdk/nearest.ts';
import { onNode, problem, type Subject } from '../../check.ts';
import type { Wanted } from '../../params.ts';
import { wantedClones } from '../../wishes.ts';

interface PoolOf {
  readonly variable: Subject;
  readonly pool: string;
  readonly vmid: number | undefined;
}

/** Pools of the VM and of its clones. */
export const wantedPools = (wanted: Wanted): readonly PoolOf[] => [
  ...of('vm_pool', wanted.vm_pool, wanted.vm_vmid),
  ...wantedClones(wanted).flatMap(({ pool, vmid }, index) => of(`vm_clones[${index}].pool`, pool, vmid)),
];

const of = (variable: Subject, pool: string | undefined, vmid: number | undefined): PoolOf[] =>
  pool === undefined ? [] : [{ variable, pool, vmid }];

/** A guest gets its pool when it is made; `qm create` would refuse it, when the image is fetched already. */
export const checkPools = onNode((wanted, { pools, records }) =>
  wantedPools(wanted)
    .filter(({ pool, vmid }) => pools?.includes(pool) === false && !records.has(vmid ?? 0))
    .map(({ variable, pool }) => {
      const meant = nearest(pool, pools ?? []);
      const make = `make it with \`pvesh create /pools --poolid ${pool}\``;
      const advice = meant === undefined ? make : `did you mean ${meant}? Else ${make}`;
      return problem('PVE-VM-044', variable, `there is no pool "${pool}"`, advice);
    }),
);
