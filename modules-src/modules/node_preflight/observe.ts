import type { Circumstances } from '../../sdk/define-module.ts';
import type { Wanted } from './params.ts';
import type { World } from './world.ts';

export function observeWorld(_: Wanted, { problems }: Circumstances): Promise<World> {
  return Promise.resolve({ problems });
}
