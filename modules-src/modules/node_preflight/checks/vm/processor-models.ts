import { nearest } from '../../../../sdk/nearest.ts';
import { parseProperties } from '../../../../pve/text/property-string.ts';
import { problem, type Check } from '../../check.ts';

/** Families of processors that `qm` takes (qemu-server 8.4 and 9.2); most have variants such as -v4, -IBRS or -noTSX. */
const FAMILIES: readonly string[] = (
  '486 a64fx athlon Broadwell Cascadelake ClearwaterForest Conroe Cooperlake core2duo coreduo cortex EPYC GraniteRapids ' +
  'Haswell host Icelake IvyBridge KnightsMill kvm32 kvm64 max Nehalem neoverse Opteron_G Penryn pentium phenom qemu32 qemu64 ' +
  'SandyBridge SapphireRapids SierraForest Skylake Westmere x86-64-v2 x86-64-v2-AES x86-64-v3 x86-64-v4'
).split(' ');

const KNOWN = new RegExp(`^(?:${FAMILIES.join('|')})\\d?(?:-[A-Za-z0-9]+)*$|^custom-`);

/** `qm create` would refuse it, when the image is fetched already. */
export const checkModel: Check = ({ vm_cpu_type: text }) => {
  const type = parseProperties(text ?? '', 'cputype').get('cputype');
  if (type === undefined || (KNOWN.test(type) && !/^x86-64-v2-(?!AES$)/.test(type))) return [];
  const meant = nearest(type, FAMILIES);
  const advice = meant === undefined ? 'take one such as x86-64-v2-AES or host' : `did you mean ${meant}?`;
  const message = `Proxmox VE knows no processor "${type}"`;
  return [problem('PVE-VM-034', 'vm_cpu_type', message, advice)];
};
