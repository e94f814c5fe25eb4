import { formatOf, propertiesOf } from './device.ts';
import type { GuestConfig, VolumePath } from './device.ts';
import { escapeCommas } from './drive-arguments.ts';
import type { RunFiles } from './run-files.ts';

const FIRMWARE_DIRECTORY = '/usr/share/OVMF';

interface Firmware {
  readonly code: string;
  readonly vars: string;
  readonly varsBytes: number;
}

/** This build of the firmware enforces the keys that are enrolled in the variables, if any: Secure Boot. */
function firmwareOf(config: GuestConfig): Firmware {
  const type = propertiesOf(config.get('efidisk0') ?? 'none').get('efitype');
  const suffix = type === '4m' || !config.has('efidisk0') ? '_4M' : '';
  return {
    code: `${FIRMWARE_DIRECTORY}/OVMF_CODE${suffix}.fd`,
    vars: `${FIRMWARE_DIRECTORY}/OVMF_VARS${suffix}.fd`,
    varsBytes: (suffix === '' ? 128 : 528) * 1024,
  };
}

/** The firmware's variables to start from, for a VM that has no disk for them. */
export function temporaryVarsSource(config: GuestConfig): string | undefined {
  return config.get('bios') === 'ovmf' && !config.has('efidisk0') ? firmwareOf(config).vars : undefined;
}

/** QEMU's arguments for the firmware; SeaBIOS, the default, needs none. */
export function firmwareArguments(
  config: GuestConfig,
  volumePath: VolumePath,
  files: RunFiles,
): readonly string[] {
  if (config.get('bios') !== 'ovmf') return [];
  const { code, varsBytes } = firmwareOf(config);
  const volid = propertiesOf(config.get('efidisk0') ?? '').get('file');
  const vars = volid === undefined || volid === '' ? files.temporaryVars : volumePath(volid);
  // Block storages round a volume up, while the flash chip must have its exact size.
  const size = formatOf(vars) === 'raw' ? `,size=${varsBytes}` : '';
  return [
    ...['-drive', `if=pflash,unit=0,format=raw,readonly=on,file=${code}`],
    ...[
      '-drive',
      `if=pflash,unit=1,id=drive-efidisk0,format=${formatOf(vars)},file=${escapeCommas(vars)}${size}`,
    ],
  ];
}

/** File with the state of the TPM, for a VM that has one. */
export function tpmStateOf(config: GuestConfig, volumePath: VolumePath): string | undefined {
  const volid = propertiesOf(config.get('tpmstate0') ?? '').get('file');
  return volid === undefined || volid === '' ? undefined : volumePath(volid);
}

export function tpmArguments(config: GuestConfig, files: RunFiles): readonly string[] {
  if (!config.has('tpmstate0')) return [];
  const channel = ['-chardev', `socket,id=tpmchar,path=${files.tpm}`];
  return [...channel, '-tpmdev', 'emulator,id=tpmdev,chardev=tpmchar', '-device', 'tpm-tis,tpmdev=tpmdev'];
}
