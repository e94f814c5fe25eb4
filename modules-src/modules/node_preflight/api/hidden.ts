import { missingPrivileges } from '../../../pve/access/held.ts';
import type { Check } from '../check.ts';
import type { World } from '../world.ts';

/** Whoever has one of them on a storage is shown it (PVE 8.4 and 9.2). */
const SHOWING = ['Datastore.Audit', 'Datastore.AllocateSpace'];

/** A storage that is not shown to who asks, there or not. */
export const isHidden = ({ access }: Pick<World, 'access'>, id: string): boolean =>
  access !== undefined &&
  missingPrivileges(
    SHOWING.map(privilege => ({ path: `/storage/${id}`, privilege })),
    access.held,
  ).length === SHOWING.length;

/** A check of storages, but where none is shown that could be judged: what is lacking for them is all there is to tell. */
export const whereShown =
  (check: Check): Check =>
  (wanted, world) =>
    world.node?.storages.length === 0 && isHidden(world, 'local') ? [] : check(wanted, world);
