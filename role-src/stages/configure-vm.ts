import cloudinitApply from '../../modules-src/modules/cloudinit_apply/module.ts';
import qmImportDisk from '../../modules-src/modules/qm_import_disk/module.ts';
import vmConfigure from '../../modules-src/modules/vm_configure/module.ts';
import vmDataDisks from '../../modules-src/modules/vm_data_disks/module.ts';
import vmReplace from '../../modules-src/modules/vm_replace/module.ts';
import vmPower from '../../modules-src/modules/vm_power/module.ts';
import * as sources from '../../modules-src/modules/node_preflight/stages/sources.ts';
import { BY_API } from '../connection/api-arguments.ts';
import { isGiven, isKept, isOn, own } from '../expression.ts';
import { call, defineStage } from '../stage.ts';
import { unlessSettled } from './settled.ts';
import { argumentsOf } from '../vm-arguments.ts';

/** What this run has made was created with all its settings. */
const WAS_THERE = 'not proxmox_role_is_made | bool';

export default defineStage({
  name: 'configure-vm',
  purpose: 'Bring hardware, disk and cloud-init to what is wanted, then start the VM.',
  tags: ['vm', 'configure'],
  wantedWhen: isKept,
  tasks: [
    {
      name: 'Set what differs',
      ...call(vmConfigure, argumentsOf(sources.configure)),
      ...unlessSettled('settings', [WAS_THERE]),
      notify: 'Tell which settings wait for a restart',
    },
    {
      name: 'Import the image as disk',
      ...call(qmImportDisk, argumentsOf(sources.importDisk)),
      ...unlessSettled('disk', [isGiven('proxmox_role_image_url')]),
    },
    {
      name: 'Apply the cloud-init settings',
      ...call(cloudinitApply, argumentsOf(sources.cloudInit)),
      // By the API the drive depends on what it says, and is made here.
      ...unlessSettled('cloud_init', ['proxmox_role_has_cloud_init | bool', `${WAS_THERE} or ${BY_API}`]),
    },
    {
      name: 'Attach the data disks',
      ...call(vmDataDisks, argumentsOf(sources.dataDisks)),
      ...unlessSettled('data_disks', ['proxmox_vm_data_disks | length > 0']),
    },
    {
      name: 'Give the VM a new system',
      ...call(vmReplace, {
        ...argumentsOf(sources.replace),
        next_image: own('proxmox_role_next_image'),
      }),
      ...unlessSettled('replacement', [
        `proxmox_vm_replace != 'never'`,
        isGiven('proxmox_role_image_url'),
        `not ${isOn('proxmox_vm_make_template')}`,
        WAS_THERE,
      ]),
    },
    {
      name: 'Start or stop the VM',
      ...call(vmPower, argumentsOf(sources.power)),
      ...unlessSettled('power', [
        `(proxmox_vm_state != 'present' or ${isOn('proxmox_vm_start_after_create')})`,
        `not ${isOn('proxmox_vm_make_template')}`,
        `not ${isOn('proxmox_vm_create_clones')}`,
      ]),
    },
  ],
});
