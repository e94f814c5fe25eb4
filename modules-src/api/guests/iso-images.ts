import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { nocloudImage } from '../../pve/cloud-init/drive/nocloud-image.ts';
import type { Readings } from '../../sdk/cluster.ts';
import type { ClusterAction } from '../../sdk/step.ts';
import { listOf, textIn, type Api } from '../api.ts';
import { uploadFile } from '../upload.ts';

export const listIsoImages =
  ({ client, node }: Api): Readings['listIsoImages'] =>
  async storages => {
    const lists = storages.map(storage =>
      client.get(`/nodes/${node}/storage/${storage}/content?content=iso`),
    );
    return (await Promise.all(lists)).flatMap(listOf).flatMap(line => textIn(line, 'volid') ?? []);
  };

/** It goes from memory to the storage: no file of the controller ever holds what it says. */
export const putDrive = (api: Api, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'put-drive' ? upload(api, action.volume, nocloudImage(action.files)) : undefined;

const upload = (api: Api, volume: string, image: Buffer): Promise<void> =>
  uploadFile(api, volume.split(':', 1)[0] ?? '', {
    content: 'iso',
    filename: volume.split('/').at(-1) ?? volume,
    digest: `sha256:${createHash('sha256').update(image).digest('hex')}`,
    size: image.length,
    bytes: Readable.from([image]),
  });
