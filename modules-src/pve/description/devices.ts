import { parseProperties } from '../text/property-string.ts';
import { driveVolume } from '../text/volume-id.ts';
import type { Variables } from './variables.ts';

type Values = ReadonlyMap<string, string>;

/** Networks, console, firmware and TPM, which are several settings each. */
export const deviceVariables = (found: Values, storage: string): Variables => ({
  networks: Object.fromEntries([...found].filter(([key]) => /^net\d+$/.test(key))),
  ...consoleVariables(found),
  ...firmwareVariables(found, storage),
  ...tpmVariables(found, storage),
});

/** With a serial console the display is on it, unless something is said of it. */
function consoleVariables(found: Values): Variables {
  const serial = found.get('serial0') === 'socket';
  const vga = found.get('vga') ?? (serial ? 'std' : undefined);
  return { serial, ...(vga !== undefined && !(serial && vga === 'serial0') && { vga }) };
}

function firmwareVariables(found: Values, storage: string): Variables {
  const [disk, bios, machine] = [found.get('efidisk0'), found.get('bios'), found.get('machine')];
  if (disk === undefined || bios !== 'ovmf')
    return { uefi: false, ...(bios !== undefined && { bios }), ...(machine !== undefined && { machine }) };
  return {
    uefi: true,
    machine: machine ?? 'pc',
    efi_pre_enrolled_keys: parseProperties(disk, 'file').get('pre-enrolled-keys') === '1',
    ...elsewhere('efi_storage', disk, storage),
  };
}

function tpmVariables(found: Values, storage: string): Variables {
  const disk = found.get('tpmstate0');
  if (disk === undefined) return { tpm: false };
  const version = parseProperties(disk, 'file').get('version');
  return {
    tpm: true,
    ...(version !== undefined && { tpm_version: version }),
    ...elsewhere('tpm_storage', disk, storage),
  };
}

function elsewhere(option: string, disk: string, storage: string): Variables {
  const volume = driveVolume(disk);
  return volume === undefined || volume.storage === storage ? {} : { [option]: volume.storage };
}
