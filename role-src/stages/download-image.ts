import cloudImageFetch from '../../modules-src/modules/cloud_image_fetch/module.ts';
import { downloadOptions } from '../../modules-src/pve/download-options.ts';
import { cacheOptions } from '../../modules-src/pve/cache-options.ts';
import { imageOptions } from '../../modules-src/pve/image-options.ts';
import { pick } from '../compose.ts';
import { isGiven, isKept, own, sameNames } from '../expression.ts';
import { call, defineStage } from '../stage.ts';
import { retry } from '../vm-arguments.ts';

export default defineStage({
  name: 'download-image',
  purpose: 'Have the verified cloud image in the cache of the node.',
  tags: ['image'],
  wantedWhen: `${isGiven('proxmox_role_image_url')} and ${isKept}`,
  tasks: [
    {
      name: 'Fetch and verify the image',
      ...call(cloudImageFetch, {
        ...sameNames('proxmox_vm_cloud_image_', { ...imageOptions, ...downloadOptions }),
        url: own('proxmox_role_image_url'),
        ...sameNames('proxmox_cloud_image_', {
          ...pick(imageOptions, 'verify', 'cache_dir'),
          ...cacheOptions,
        }),
        ...retry,
      }),
      register: 'proxmox_role_image',
    },
  ],
});
