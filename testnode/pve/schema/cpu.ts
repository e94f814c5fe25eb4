import { readClusterFile } from '../config/cluster.ts';
import { isVersion9 } from '../runtime/settings.ts';

/** CPU models of both releases. */
const MODELS = (
  '486 athlon Broadwell Broadwell-IBRS Broadwell-noTSX Broadwell-noTSX-IBRS Cascadelake-Server ' +
  'Cascadelake-Server-noTSX Cascadelake-Server-v2 Cascadelake-Server-v4 Cascadelake-Server-v5 Conroe ' +
  'Cooperlake Cooperlake-v2 core2duo coreduo EPYC EPYC-Genoa EPYC-IBPB EPYC-Milan EPYC-Milan-v2 ' +
  'EPYC-Rome EPYC-Rome-v2 EPYC-Rome-v3 EPYC-Rome-v4 EPYC-v3 EPYC-v4 GraniteRapids Haswell Haswell-IBRS ' +
  'Haswell-noTSX Haswell-noTSX-IBRS host Icelake-Client Icelake-Client-noTSX Icelake-Server ' +
  'Icelake-Server-noTSX Icelake-Server-v3 Icelake-Server-v4 Icelake-Server-v5 Icelake-Server-v6 ' +
  'IvyBridge IvyBridge-IBRS KnightsMill kvm32 kvm64 max Nehalem Nehalem-IBRS Opteron_G1 Opteron_G2 ' +
  'Opteron_G3 Opteron_G4 Opteron_G5 Penryn pentium pentium2 pentium3 phenom qemu32 qemu64 SandyBridge ' +
  'SandyBridge-IBRS SapphireRapids SapphireRapids-v2 Skylake-Client Skylake-Client-IBRS ' +
  'Skylake-Client-noTSX-IBRS Skylake-Client-v4 Skylake-Server Skylake-Server-IBRS ' +
  'Skylake-Server-noTSX-IBRS Skylake-Server-v4 Skylake-Server-v5 Westmere Westmere-IBRS'
).split(' ');

/** Models that release 9 has added. */
const MODELS_OF_9 = (
  'a64fx ClearwaterForest cortex-a35 cortex-a53 cortex-a55 cortex-a57 cortex-a710 cortex-a72 cortex-a76 ' +
  'EPYC-Genoa-v2 EPYC-Milan-v3 EPYC-Rome-v5 EPYC-Turin EPYC-v5 GraniteRapids-v2 GraniteRapids-v3 ' +
  'Icelake-Server-v7 neoverse-n1 neoverse-n2 neoverse-v1 SapphireRapids-v3 SapphireRapids-v4 ' +
  'SierraForest SierraForest-v2 SierraForest-v3'
).split(' ');

/** Made by PVE of QEMU's models. */
const BUILT_IN = ['x86-64-v2', 'x86-64-v2-AES', 'x86-64-v3', 'x86-64-v4'];

/** Flags that one VM may have of its own, in the order in which the releases name them. */
const FLAGS_OF_8 =
  'pcid spec-ctrl ibpb ssbd virt-ssbd amd-ssbd amd-no-ssb pdpe1gb md-clear hv-tlbflush hv-evmcs aes'.split(
    ' ',
  );
const FLAGS_OF_9 = [...FLAGS_OF_8, 'nested-virt'].sort();

/** Models that `reported-model` may name. */
export function cpuModels(): readonly string[] {
  const models = isVersion9() ? [...MODELS, ...MODELS_OF_9] : MODELS;
  return [...models].sort((left, right) => (left.toLowerCase() < right.toLowerCase() ? -1 : 1));
}

/** Whether the administrator has made a model of that name. */
const isCustomModel = (name: string): boolean =>
  [...(readClusterFile('virtual-guest/cpu-models.conf') ?? '').matchAll(/^cpu-model:\s*(\S+)/gm)].some(
    ([, found]) => found === name,
  );

/** What is wrong with the processor of a VM beyond the form of its properties, or nothing. */
export function checkCpu(cpu: ReadonlyMap<string, string>): string | undefined {
  const type = cpu.get('cputype');
  if (type === undefined) return 'CPU is missing cputype';
  const isCustom = type.startsWith('custom-');
  if (isCustom && !isCustomModel(type.replace('custom-', '')))
    return `Custom cputype '${type.replace('custom-', '')}' not found`;
  if (!isCustom && !cpuModels().includes(type) && !BUILT_IN.includes(type)) {
    return `Built-in cputype '${type}' is not defined (missing 'custom-' prefix?)`;
  }
  const flags = isVersion9() ? FLAGS_OF_9 : FLAGS_OF_8;
  const wanted = (cpu.get('flags') ?? '').split(';').filter(flag => flag !== '');
  if (!wanted.every(flag => flags.includes(flag.replace(/^[+-]/, '')))) {
    return `VM-specific CPU flags must be a subset of: ${flags.join(', ')}`;
  }
  return cpu.has('reported-model')
    ? "Property 'reported-model' not allowed in VM-specific CPU config."
    : undefined;
}
