import cloudImageFetch from '../../modules-src/modules/cloud_image_fetch/module.ts';
import { downloadOptions } from '../../modules-src/pve/download-options.ts';
import { imageOptions } from '../../modules-src/pve/image-options.ts';
import { isGiven, own, sameNames, use } from '../expression.ts';
import { call, defineStage } from '../stage.ts';
import { retry } from '../vm-arguments.ts';

export default defineStage({
  name: 'download-image',
  purpose: 'Have the verified cloud image in the cache of the node.',
  tags: ['image'],
  wantedWhen: isGiven('proxmox_role_image_url'),
  tasks: [
    {
      name: 'Fetch and verify the image',
      ...call(cloudImageFetch, {
        ...sameNames('proxmox_vm_cloud_image_', { ...imageOptions, ...downloadOptions }),
        url: own('proxmox_role_image_url'),
        verify: use('proxmox_cloud_image_verify'),
        cache_dir: use('proxmox_cloud_image_cache_dir'),
        ...retry,
      }),
      register: 'proxmox_role_image',
    },
  ],
});
