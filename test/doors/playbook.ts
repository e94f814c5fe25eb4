import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRestAccess, restEnvironment } from '../../testnode/host/rest-access.ts';
import { runPlaybook, type PlaybookOptions, type PlaybookRun } from '../../testnode/playbook.ts';
import { knowingNames } from '../api/token.ts';
import type { Scene } from '../scene.ts';

/** A way in for playbooks: they say the same by each. */
export type PlaybookDoor = (playbooks: readonly string[], args?: readonly string[]) => Promise<PlaybookRun>;

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
    ([playbook = '', ...others], args = []) =>
      runPlaybook(cluster, { playbook, home, args: [...others, ...args], ...way });
  return { ssh: door({}), api: door(await apiWay(scene)) };
}

/** What a controller has for the API. */
export async function apiWay({
  cluster,
  home,
}: Place): Promise<Required<Pick<PlaybookOptions, 'inventory' | 'env' | 'wrapper'>>> {
  await openRestAccess(cluster);
  const { wrapper, trust } = await knowingNames({ cluster, home });
  const inventory = join(home, 'no-node.ini');
  writeFileSync(inventory, 'web01 ansible_host=192.0.2.1\n');
  return { inventory, env: { ...restEnvironment(cluster), ...trust }, wrapper };
}

/** The same scene, in which playbooks run by the API. */
export async function sceneByApi(scene: Scene): Promise<Scene> {
  const { cluster, home } = scene;
  const { inventory, env: own, wrapper: names } = await apiWay(scene);
  return {
    ...scene,
    run: (playbook, args = [], env = {}, wrapper = []) =>
      runPlaybook(cluster, {
        ...{ playbook, args, home, inventory },
        env: { ...own, ...env },
        wrapper: [...wrapper, ...names],
      }),
  };
}
