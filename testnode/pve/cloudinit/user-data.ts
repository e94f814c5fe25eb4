import type { Section } from '../config/sections.ts';
import { decodeKeys } from '../config/ssh-keys.ts';
import { hostNames } from './hostname.ts';

/** The user part of the cloud-init drive, line by line as PVE writes it. */
export function userData(vmid: number, config: Section): string {
  const { hostname, fqdn } = hostNames(vmid, config);
  const user = config.get('ciuser');
  const password = config.get('cipassword');
  const keys = config.get('sshkeys');
  return [
    '#cloud-config',
    `hostname: ${hostname}`,
    'manage_etc_hosts: true',
    `fqdn: ${fqdn}`,
    ...(user === undefined ? [] : [`user: ${user}`]),
    ...(user === 'root' ? ['disable_root: False'] : []),
    ...(password === undefined ? [] : [`password: ${password}`]),
    ...(keys === undefined ? [] : ['ssh_authorized_keys:', ...keyLines(keys)]),
    'chpasswd:',
    '  expire: False',
    ...(user === 'root' ? [] : ['users:', '  - default']),
    ...(config.get('ciupgrade') === '0' ? [] : ['package_upgrade: true']),
    '',
  ].join('\n');
}

function keyLines(encoded: string): readonly string[] {
  return decodeKeys(encoded)
    .split('\n')
    .map(key => key.trimEnd())
    .filter(key => key !== '')
    .map(key => `  - ${key}`);
}
