import { missingPrivileges } from '../../pve/access/held.ts';
import type { Readings } from '../../sdk/cluster.ts';
import { StepError } from '../../sdk/step-error.ts';
import type { ClusterAction } from '../../sdk/step.ts';
import { listOf, textIn, type Api } from '../api.ts';
import { readHeld } from '../facts/permissions.ts';
import { activeStorages } from '../facts/storages.ts';
import { removeVolume } from './volumes.ts';

export const writesSnippets = (): Readings['writesSnippets'] => () => Promise.resolve(false);

/** The API lists snippets and shows of none what it says. */
const none = (): Readings['readSnippets'] => () => Promise.resolve(new Map());

export const readSnippets = none;
export const readOwnSnippets = none;

/** Nor does it show what a drive holds. */
export const readCloudInitDrive = (): Readings['readCloudInitDrive'] => () => Promise.resolve(undefined);

/** Refused before anything is done (`../refusal.ts`). */
export const putSnippet = (_: unknown, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'put-snippet'
    ? Promise.reject(new StepError('the API cannot write snippets; go by SSH', false))
    : undefined;

export const removeSnippet = (api: Api, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'remove-snippet' ? removeVolume(api, action.volume) : undefined;

/** Who lacks this privilege gets an empty list, and may remove none (seen on 9.2). */
const PRIVILEGE = 'Datastore.Allocate';

export const listSnippets =
  (api: Api): Readings['listSnippets'] =>
  async asked => {
    const [held, active] = await Promise.all([readHeld(api), activeStorages(api, 'snippets')]);
    const isShown = (storage: string): boolean =>
      active.includes(storage) &&
      missingPrivileges([{ path: `/storage/${storage}`, privilege: PRIVILEGE }], held).length === 0;
    const lists = asked.filter(isShown).map(snippetsOn(api));
    return {
      volumes: (await Promise.all(lists)).flat(),
      hidden: asked.filter(storage => !isShown(storage)),
    };
  };

const snippetsOn =
  ({ client, node }: Api) =>
  async (storage: string): Promise<readonly string[]> =>
    listOf(await client.get(`/nodes/${node}/storage/${storage}/content?content=snippets`)).flatMap(
      line => textIn(line, 'volid') ?? [],
    );
