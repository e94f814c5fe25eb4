import { expect } from 'chai';
import { UserError } from '../../sdk/error.ts';
import { deviceSettings, type DeviceWishes } from './devices.ts';

const settings = (wishes: Partial<DeviceWishes>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(deviceSettings({ disk_storage: 'local-lvm', ...wishes })).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value]],
    ),
  );

describe('firmware', () => {
  it('is left to PVE when nothing is said', () => {
    expect(settings({})).to.deep.equal({});
  });

  it('of UEFI brings machine q35 and an EFI disk without enrolled keys', () => {
    expect(settings({ uefi: true })).to.deep.equal({
      machine: 'q35',
      bios: 'ovmf',
      efidisk0: 'local-lvm:1,efitype=4m,pre-enrolled-keys=0',
    });
  });

  it('of UEFI may have a storage of its own and enrolled keys', () => {
    expect(settings({ uefi: true, efi_storage: 'tank', efi_pre_enrolled_keys: true })).to.include({
      efidisk0: 'tank:1,efitype=4m,pre-enrolled-keys=1',
    });
  });

  it('lets what is written out win', () => {
    expect(settings({ uefi: true, machine: 'pc', bios: 'seabios' })).to.include({
      machine: 'pc',
      bios: 'seabios',
    });
  });

  it('makes no EFI disk when UEFI is switched off', () => {
    expect(settings({ uefi: false, efi_storage: 'tank' })).to.deep.equal({});
  });

  it('has a TPM of version 2.0 when nothing else is said', () => {
    expect(settings({ tpm: true })).to.deep.equal({ tpmstate0: 'local-lvm:1,version=v2.0' });
    expect(settings({ tpm: true, tpm_version: 'v1.2', tpm_storage: 'tank' })).to.deep.equal({
      tpmstate0: 'tank:1,version=v1.2',
    });
  });
});

describe('a serial console', () => {
  it('is the display unless another is named', () => {
    expect(settings({ serial: true })).to.deep.equal({ serial0: 'socket', vga: 'serial0' });
    expect(settings({ serial: true, vga: 'std' })).to.deep.equal({ serial0: 'socket', vga: 'std' });
  });

  it('is not touched when it is switched off', () => {
    expect(settings({ serial: false, vga: 'std' })).to.deep.equal({ vga: 'std' });
  });
});

describe('disks and networks', () => {
  it('are set by their slots', () => {
    expect(
      settings({ networks: { net0: 'virtio,bridge=vmbr0' }, disks: { scsi1: 'local-lvm:32' } }),
    ).to.deep.equal({ net0: 'virtio,bridge=vmbr0', scsi1: 'local-lvm:32' });
  });

  it('leave the slot free that the cloud image takes', () => {
    expect(
      settings({ disks: { scsi0: 'local-lvm:32', scsi1: 'tank:8' }, image_disk: 'scsi0' }),
    ).to.deep.equal({ scsi1: 'tank:8' });
  });
});

describe('a GPU', () => {
  it('by address is handed over with what is said of it', () => {
    expect(settings({ gpu: [{ id: '0000:01:00', pcie: true, x_vga: true, rombar: false }] })).to.deep.equal({
      machine: 'q35',
      hostpci0: '0000:01:00,pcie=1,x-vga=1,rombar=0',
    });
  });

  it('by mapping, or in parts, needs no q35', () => {
    expect(settings({ gpu: [{ mapping: 'gpu' }, { id: '0000:02:00.0', mdev: 'nvidia-63' }] })).to.deep.equal({
      hostpci0: 'mapping=gpu',
      hostpci1: '0000:02:00.0,mdev=nvidia-63',
    });
  });
});

describe('a GPU that is named in no way, or in two', () => {
  for (const gpu of [{}, { id: '0000:01:00', mapping: 'gpu' }]) {
    it(`is refused: ${JSON.stringify(gpu)}`, () =>
      expect(() => settings({ gpu: [gpu] })).to.throw(UserError, 'give one of them'));
  }
});

describe('another processor', () => {
  it('brings the machine and the firmware that it has', () => {
    expect(settings({ arch: 'aarch64' })).to.deep.equal({
      machine: 'virt',
      bios: 'ovmf',
      efidisk0: 'local-lvm:1,efitype=4m,pre-enrolled-keys=0',
    });
  });
});
