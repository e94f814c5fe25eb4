import { readFileSync } from 'node:fs';

const STATUS = '/var/lib/dpkg/status';
const OWN = /^(pve-|proxmox-|libpve-|qemu-server$)/;

/** Versions of the packages that Proxmox VE is made of, as the package database has them. */
export function listPackages(): readonly object[] {
  return readFileSync(STATUS, 'utf8')
    .split('\n\n')
    .flatMap(paragraph => {
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(paragraph)?.[1] ?? '';
      const name = field('Package');
      if (!OWN.test(name)) return [];
      const [version, title] = [field('Version'), field('Description')];
      return [
        {
          Package: name,
          Title: title,
          Description: title,
          Arch: field('Architecture'),
          Section: field('Section'),
          Priority: field('Priority'),
          Origin: 'Proxmox',
          Version: version,
          OldVersion: version,
          CurrentState: 'Installed',
        },
      ];
    });
}
