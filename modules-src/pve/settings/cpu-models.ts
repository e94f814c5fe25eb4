/** Processor models that `qm` has built in with both releases (qemu-server 8.4.14 and 9.2.6). */
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
  'Skylake-Server-noTSX-IBRS Skylake-Server-v4 Skylake-Server-v5 Westmere Westmere-IBRS ' +
  'x86-64-v2 x86-64-v2-AES x86-64-v3 x86-64-v4'
).split(' ');

/** Models that release 9 has added. */
const MODELS_OF_9 = (
  'a64fx ClearwaterForest cortex-a35 cortex-a53 cortex-a55 cortex-a57 cortex-a710 cortex-a72 cortex-a76 ' +
  'EPYC-Genoa-v2 EPYC-Milan-v3 EPYC-Rome-v5 EPYC-Turin EPYC-v5 GraniteRapids-v2 GraniteRapids-v3 ' +
  'Icelake-Server-v7 neoverse-n1 neoverse-n2 neoverse-v1 SapphireRapids-v3 SapphireRapids-v4 ' +
  'SierraForest SierraForest-v2 SierraForest-v3'
).split(' ');

/** The last release whose models are listed here. */
const LISTED = [9, 2] as const;

/** Models that a release of qemu-server has; those of a newer one than was looked at are not known. */
export function builtInModels(qemuServer: string | undefined): readonly string[] | undefined {
  const [major = 0, minor = 0] = (qemuServer ?? '').split('.').map(Number);
  if (major > LISTED[0] || (major === LISTED[0] && minor > LISTED[1])) return undefined;
  return major === 8 ? MODELS : [...MODELS, ...MODELS_OF_9];
}

/** Names of the models that an administrator has made, as `qm` takes them. */
export const CUSTOM = 'custom-';
export const customModelsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^cpu-model:[ \t]*(\S+)/gm)].map(([, name]) => `${CUSTOM}${name ?? ''}`);
