import { isUseToBeNoted } from '../../../pve/images/ownership.ts';
import cloudImageFetch from '../../cloud_image_fetch/module.ts';
import cloudinitApply from '../../cloudinit_apply/module.ts';
import qmImportDisk from '../../qm_import_disk/module.ts';
import templateConvert from '../../template_convert/module.ts';
import vmClone from '../../vm_clone/module.ts';
import vmConfigure from '../../vm_configure/module.ts';
import vmDataDisks from '../../vm_data_disks/module.ts';
import vmPower from '../../vm_power/module.ts';
import vmReplace from '../../vm_replace/module.ts';
import type { Wanted } from '../params.ts';
import { hasDataDisks, isReplacing, isRotating, wantedClones, wantsCloudInit } from '../wishes.ts';
import * as sources from './sources.ts';
import { stageTask, type Found, type StageTask } from './task.ts';

const isKept = ({ vm_state: state }: Wanted): boolean => state !== 'absent';

const hasImage = (wanted: Wanted): boolean => isKept(wanted) && wanted.vm_cloud_image_url !== undefined;

const wantsDataDisks = (wanted: Wanted): boolean => isKept(wanted) && hasDataDisks(wanted);

/** Nobody is asked for a newer version of an image, nor is it doubted. */
const isImageSettled = (wanted: Wanted): boolean =>
  wanted.cloud_image_refresh === 'never' && wanted.cloud_image_verify_cache === 'record';

/** Which generation of a template is worked on is not known yet. */
const isOfThisVm = (wanted: Wanted, { isThere }: Found): boolean => isThere && !isRotating(wanted);

const isStarted = (wanted: Wanted): boolean =>
  isKept(wanted) &&
  (wanted.vm_state !== 'present' || wanted.vm_start_after_create === true) &&
  wanted.vm_make_template !== true &&
  wanted.vm_create_clones !== true;

/** Tasks of the role after the one that creates the VM, and the image before it, in their order. */
export const stageTasks: readonly StageTask[] = [
  stageTask(cloudImageFetch, sources.fetch, {
    stage: 'download-image',
    isAsked: hasImage,
    isPlain: isImageSettled,
    isDue: ({ cached: { record } }) => record !== undefined && isUseToBeNoted(record, Date.now()),
  }),
  stageTask(vmConfigure, sources.configure, { stage: 'configure-vm', isAsked: isKept, isPlain: isOfThisVm }),
  stageTask(qmImportDisk, sources.importDisk, {
    stage: 'configure-vm',
    isAsked: hasImage,
    isPlain: isOfThisVm,
  }),
  stageTask(cloudinitApply, sources.cloudInit, {
    stage: 'configure-vm',
    isAsked: wanted => isKept(wanted) && wantsCloudInit(wanted),
    isPlain: isOfThisVm,
  }),
  stageTask(vmDataDisks, sources.dataDisks, {
    stage: 'configure-vm',
    isAsked: wantsDataDisks,
    isPlain: isOfThisVm,
  }),
  stageTask(vmReplace, sources.replace, {
    stage: 'configure-vm',
    isAsked: wanted => hasImage(wanted) && isReplacing(wanted),
    isPlain: (wanted, found) =>
      isOfThisVm(wanted, found) && isImageSettled(wanted) && wanted.vm_cloud_image_force_download !== true,
  }),
  stageTask(vmPower, sources.power, {
    stage: 'configure-vm',
    isAsked: isStarted,
    // A guest is asked when its turn comes.
    isPlain: (wanted, found) => isOfThisVm(wanted, found) && wanted.vm_wait_for === 'none',
  }),
  stageTask(templateConvert, sources.convert, {
    stage: 'create-template',
    isAsked: wanted => isKept(wanted) && wanted.vm_make_template === true,
    isPlain: isOfThisVm,
  }),
  stageTask(vmClone, sources.clone, {
    stage: 'create-clones',
    isAsked: wanted => isKept(wanted) && wanted.vm_create_clones === true,
    isPlain: (wanted, found) => isOfThisVm(wanted, found) && isFromHere(wanted, found.node),
  }),
];

/** By SSH a clone of another node is finished there. */
const isFromHere = (wanted: Wanted, node: string): boolean =>
  wanted.api_host !== undefined || wantedClones(wanted).every(clone => (clone.node ?? node) === node);
