import { nearest } from '../../../../sdk/nearest.ts';
import { builtInModels, CUSTOM } from '../../../../pve/settings/cpu-models.ts';
import { parseProperties } from '../../../../pve/text/property-string.ts';
import { onNode, problem } from '../../check.ts';
import type { Wanted } from '../../params.ts';

/** The model of the processor that is wanted. */
export const wantedModel = ({ vm_cpu_type: text }: Wanted): string | undefined =>
  parseProperties(text ?? '', 'cputype').get('cputype');

/** `qm create` would refuse it, when the image is fetched already. */
export const checkModel = onNode((wanted, { customModels }, { versions: { qemuServer } }) => {
  const type = wantedModel(wanted);
  const builtIn = builtInModels(qemuServer);
  const isCustom = type?.startsWith(CUSTOM) === true;
  const known = isCustom ? customModels : builtIn;
  if (type === undefined || known === undefined || known.includes(type)) return [];
  const meant = nearest(type, [...(builtIn ?? []), ...(customModels ?? [])]);
  const own = isCustom && known.length > 0 ? `choose one of ${known.join(', ')}, or ` : '';
  const advice =
    meant === undefined ? `${own}take one such as x86-64-v2-AES or host` : `did you mean ${meant}?`;
  return [problem('PVE-VM-034', 'vm_cpu_type', `Proxmox VE knows no processor "${type}"`, advice)];
});
