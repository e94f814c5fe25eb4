import templateGeneration from '../modules-src/modules/template_generation/module.ts';
import { diskOptions, imageDiskOptions } from '../modules-src/pve/settings/disk-options.ts';
import { diskStorageOption, settingOptions } from '../modules-src/pve/settings/options.ts';
import { pick, prefixed } from '../modules-src/sdk/compose.ts';
import { own, sameNames, use } from './expression.ts';
import { call, type StageTasks } from './stage.ts';
import { cloudInitArguments } from './vm-arguments.ts';

/** Stages that work on the generation of a template. */
const OF_GENERATION = "difference(['preflight-checks', 'download-image'])";

/** choose-generation.yml: looks which generation of a template the stages work on. */
export const generationStage: StageTasks = {
  // It fails for the first of them.
  stage: `{{ proxmox_role_work.stages | ${OF_GENERATION} | first }}`,
  name: 'choose-generation',
  purpose: 'Choose the generation of the template that the next stages work on.',
  tasks: [
    {
      name: 'Choose the generation of the template',
      ...call(templateGeneration, {
        name: use('proxmox_vm_name'),
        vmid: own('proxmox_role_given_vmid'),
        vmid_reserved: own('proxmox_role_reserved_vmids'),
        template_vmid_range: own('proxmox_role_template_range'),
        template_test: use('proxmox_vm_template_test'),
        template_nodes: own('proxmox_role_replica_nodes'),
        image: own('proxmox_role_image_url'),
        cache_dir: use('proxmox_cloud_image_cache_dir'),
        checksum: use('proxmox_vm_cloud_image_checksum'),
        next_image: own('proxmox_role_next_image'),
        ...sameNames('proxmox_vm_', settingOptions),
        ...sameNames('proxmox_', diskStorageOption),
        image_disk: own('proxmox_role_image_disk'),
        ...sameNames('proxmox_', imageDiskOptions),
        ...sameNames('proxmox_vm_import_', prefixed('disk_', pick(diskOptions, 'format', 'size_increase'))),
        ...sameNames('proxmox_vm_', prefixed('disk_', pick(diskOptions, 'size'))),
        cloud_init_enabled: use('proxmox_vm_cloud_init_enabled'),
        ...cloudInitArguments,
      }),
      when: `proxmox_role_work.stages | ${OF_GENERATION} | length > 0`,
      register: 'proxmox_role_generation',
    },
  ],
};
