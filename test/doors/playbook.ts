import { apiWay } from '../../testnode/api-way.ts';
import type { PlaybookOptions, PlaybookRun } from '../../testnode/playbook.ts';
import { play } from '../ansible/play.ts';
import type { Scene } from '../scene.ts';

/** A way in for playbooks: they say the same by each. */
export type PlaybookDoor = (playbook: string, args?: readonly string[]) => Promise<PlaybookRun>;

export interface PlaybookDoors {
  readonly ssh: PlaybookDoor;
  readonly api: PlaybookDoor;
}

type Place = Pick<Scene, 'cluster' | 'home'>;

/** By SSH the inventory has the node; by the API it has none, and the environment says whom to ask. */
export async function playbookDoors(scene: Place): Promise<PlaybookDoors> {
  const { cluster, home } = scene;
  const door =
    (way: Partial<PlaybookOptions>): PlaybookDoor =>
    (playbook, args = []) =>
      play(cluster, { playbook, home, args, ...way });
  return { ssh: door({}), api: door(await apiWay(scene)) };
}

/** The same scene, in which playbooks run by the API. */
export async function sceneByApi(scene: Scene): Promise<Scene> {
  const { cluster, home } = scene;
  const { inventory, env: own, wrapper: names } = await apiWay(scene);
  return {
    ...scene,
    run: (playbook, args = [], env = {}, wrapper = []) =>
      play(cluster, {
        ...{ playbook, args, home, inventory },
        env: { ...own, ...env },
        wrapper: [...wrapper, ...names],
      }),
  };
}
