import cloudImageFetch from '../../modules-src/modules/cloud_image_fetch/module.ts';
import * as sources from '../../modules-src/modules/node_preflight/stages/sources.ts';
import cloudImageProgress from '../../modules-src/modules/cloud_image_progress/module.ts';
import { imageOptions } from '../../modules-src/pve/images/options.ts';
import { pick } from '../../modules-src/sdk/compose.ts';
import { isGiven, isKept, isOn, own, sameNames, use } from '../expression.ts';
import { isUnsettled, unlessSettled } from './settled.ts';
import { call, defineStage, includeTasks, say, type Task } from '../stage.ts';
import { argumentsOf } from '../vm-arguments.ts';

const fetch = call(cloudImageFetch, argumentsOf(sources.fetch));

/** Ansible has no background jobs in check mode. */
const inBackground = `${isOn('proxmox_cloud_image_progress')} and not ansible_check_mode`;

const showProgress: Task = {
  name: 'Show the progress of the image',
  ...includeTasks('download-image/progress.yml'),
};

export default defineStage({
  name: 'download-image',
  purpose: 'Have the verified cloud image in the cache of the node.',
  tags: ['image'],
  wantedWhen: `${isGiven('proxmox_role_image_url')} and ${isKept}`,
  tasks: [
    {
      name: 'Fetch and verify the image',
      ...fetch,
      async: `{{ proxmox_command_timeout if ${inBackground} else 0 }}`,
      poll: 0,
      ...unlessSettled('image'),
      changed_when: `proxmox_role_image_task.changed and not (${inBackground})`,
    },
    { ...showProgress, when: [isUnsettled('image'), inBackground] },
  ],
});

/** download-image/progress.yml: one look after the other, each telling how far the download is; the last takes its result. */
export const imageProgressTasks: readonly Task[] = [
  {
    name: 'Wait for the image',
    ...call(cloudImageProgress, {
      url: own('proxmox_role_image_url'),
      ...sameNames('proxmox_cloud_image_', pick(imageOptions, 'cache_dir')),
      ...sameNames('proxmox_vm_cloud_image_', pick(imageOptions, 'checksum')),
      results_file: { template: '{{ proxmox_role_image_task.results_file }}' },
      timeout: use('proxmox_command_timeout'),
    }),
    register: 'proxmox_role_image_progress',
  },
  {
    name: 'Say how far the image is',
    ...say('{{ proxmox_role_image_progress.progress }}'),
    when: 'not proxmox_role_image_progress.ended',
  },
  {
    name: 'Take the image',
    'ansible.builtin.async_status': { jid: '{{ proxmox_role_image_task.ansible_job_id }}' },
    register: 'proxmox_role_image_job',
    when: 'proxmox_role_image_progress.ended',
  },
  { ...showProgress, when: 'not proxmox_role_image_progress.ended' },
];
