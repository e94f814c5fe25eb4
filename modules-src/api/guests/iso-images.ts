import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { nocloudImage } from '../../pve/cloud-init/drive/nocloud-image.ts';
import type { Readings } from '../../sdk/cluster.ts';
import type { ClusterAction } from '../../sdk/step.ts';
import { listOf, textIn, type Api } from '../api.ts';
import { ApiFailure } from '../client/failure.ts';
import { activeStorages } from '../facts/storages.ts';
import { uploadFile } from '../upload.ts';
import { storageOfVolume } from '../../pve/text/volume-id.ts';

export const listIsoImages =
  (api: Api): Readings['listIsoImages'] =>
  async storages =>
    (await Promise.all(storages.map(storage => imagesOn(api, storage)))).flat();

/** A storage that is away, as a server at home that is off, shows nothing, and is no reason to leave all else undone. */
async function imagesOn(api: Api, storage: string): Promise<readonly string[]> {
  const path = `/nodes/${api.node}/storage/${storage}/content?content=iso`;
  const lines = await api.client.get(path).catch(async (error: unknown) => {
    if (!(error instanceof ApiFailure) || error.status !== 500) throw error;
    if ((await activeStorages(api, 'iso')).includes(storage)) throw error;
  });
  return listOf(lines).flatMap(line => textIn(line, 'volid') ?? []);
}

/** It goes from memory to the storage: no file of the controller ever holds what it says. */
export const putDrive = (api: Api, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'put-drive' ? upload(api, action.volume, nocloudImage(action.files)) : undefined;

const upload = (api: Api, volume: string, image: Buffer): Promise<void> =>
  uploadFile(api, storageOfVolume(volume), {
    content: 'iso',
    filename: volume.split('/').at(-1) ?? volume,
    digest: `sha256:${createHash('sha256').update(image).digest('hex')}`,
    size: image.length,
    bytes: Readable.from([image]),
  });
