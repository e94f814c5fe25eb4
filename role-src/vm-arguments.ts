import * as sources from '../modules-src/modules/node_preflight/stages/sources.ts';
import {
  sameSources,
  type Source,
  type Sources,
  type SourceValue,
} from '../modules-src/modules/node_preflight/stages/source.ts';
import { cloudInitOptions } from '../modules-src/pve/cloud-init/options.ts';
import { prefixed } from '../modules-src/sdk/compose.ts';
import { checkArguments } from './check-arguments.ts';
import { own, type Expression } from './expression.ts';

/** What stands in the role for each source: what preflight is told, and what is computed of it. */
const expressions: Readonly<Partial<Record<Source, Expression<unknown>>>> = {
  ...checkArguments,
  image_disk: own('proxmox_role_image_disk'),
  brings_drive: own('proxmox_role_brings_drive'),
  work_vmid: own('proxmox_role_vmid'),
  work_name: own('proxmox_role_vm_name'),
  template_vmid: own('proxmox_role_template_vmid'),
  template_name: own('proxmox_role_template_name'),
};

type ArgumentsOf<S extends Sources> = { readonly [K in keyof S]: Expression<SourceValue<S[K]>> };

/** The arguments of a stage's module, from the sources of its options. */
export function argumentsOf<const S extends Sources>(given: S): ArgumentsOf<S>;
export function argumentsOf(given: Sources): Readonly<Record<string, Expression<unknown> | undefined>> {
  return Object.fromEntries(Object.entries(given).map(([option, source]) => [option, expressions[source]]));
}

/** Arguments that several modules take. */
export const identity = argumentsOf(sources.identity);
export const operation = argumentsOf(sources.operation);
export const vmArguments = argumentsOf(sources.vm);

/** All that cloud-init is to tell the guest, for modules that do more than that. */
export const cloudInitArguments = argumentsOf(sameSources('vm_', prefixed('cloud_init_', cloudInitOptions)));
