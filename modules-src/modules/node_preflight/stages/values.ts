import type { Wanted } from '../params.ts';
import { imageDisk, wantsCloudInit, wantsImage } from '../wishes.ts';
import type { Source, Sources } from './source.ts';

/** The values that the options of a stage's module have, where the VM that is worked on is the one the variables name. */
export function valuesOf(sources: Sources, wanted: Wanted): Readonly<Record<string, unknown>> {
  const values: Readonly<Partial<Record<Source, unknown>>> = {
    ...wanted,
    work_vmid: wanted.vm_vmid,
    work_name: wanted.vm_name,
    template_vmid: wanted.vm_vmid,
    template_name: wanted.vm_name,
    image_disk: wantsImage(wanted) ? imageDisk(wanted) : undefined,
    brings_drive: wantsCloudInit(wanted) && wanted.api_host === undefined,
  };
  return Object.fromEntries(Object.entries(sources).map(([option, source]) => [option, values[source]]));
}
