import type { Problem } from '../../../sdk/define-module.ts';
import { isPasswordHash } from '../../../pve/cloud-init/password.ts';
import { isWindows } from '../../../pve/text/ostype.ts';
import { onNode, problem, variableOf, type Check, type Subject } from '../check.ts';
import type { Wanted } from '../params.ts';
import { ownValues, wantedClones, wantsCloudInit } from '../wishes.ts';
import type { World } from '../world.ts';
import { isMisread, isPrivateKey, keyFault } from './ssh-key.ts';

/** Every line must be a key, but for comments, which we take out: PVE checks each line by itself. */
export const checkKeys: Check = wanted => [
  ...(wantsCloudInit(wanted)
    ? badKeys(wanted.vm_cloud_init_ssh_keys, i => `vm_cloud_init_ssh_keys[${i}]`)
    : []),
  ...wantedClones(wanted).flatMap((clone, index) =>
    badKeys(clone.ssh_keys, i => `vm_clones[${index}].ssh_keys[${i}]`),
  ),
];

function badKeys(keys: readonly string[] = [], subjectOf: (index: number) => Subject): Problem[] {
  const secret = keys.findIndex(isPrivateKey);
  if (secret >= 0) return [privateKey(subjectOf(secret))];
  return keys.flatMap((key, index) =>
    key
      .split('\n')
      .filter(line => !/^\s*(?:#|$)/.test(line))
      .flatMap(line => badKey(subjectOf(index), line)),
  );
}

const WHOLE_LINE = 'give the whole line of a file such as ~/.ssh/id_ed25519.pub';

const MISREAD =
  'has a colon and a blank behind it, or a number sign in its options: Proxmox VE writes the line without quotes, and the guest would not read a key';

const privateKey = (subject: Subject): Problem =>
  problem('PVE-CI-001', subject, 'is a private key, which must never leave its owner', WHOLE_LINE);

function badKey(subject: Subject, line: string): Problem[] {
  const fault = keyFault(line);
  if (fault !== undefined) return [problem('PVE-CI-001', subject, fault, WHOLE_LINE)];
  return isMisread(line) ? [problem('PVE-CI-001', subject, MISREAD, 'write its comment without it')] : [];
}

export const checkKeyFile = onNode((wanted, { keyFile }, { name }) => {
  const { vm_cloud_init_ssh_keys_file: path } = wanted;
  const subject = 'vm_cloud_init_ssh_keys_file';
  if (path === undefined || keyFile === undefined || !wantsCloudInit(wanted)) return [];
  if (keyFile.state === 'missing') {
    const message = `there is no file ${path}, neither on the controller nor on ${name}`;
    return [
      problem(
        'PVE-CI-002',
        subject,
        message,
        `correct the path, or give the keys in ${variableOf('vm_cloud_init_ssh_keys')}`,
      ),
    ];
  }
  if (keyFile.state === 'unreadable' || keyFile.keys.length === 0) {
    const message = `${path} on ${name} ${keyFile.state === 'read' ? 'holds no key' : 'cannot be read as a file'}`;
    return [
      problem(
        'PVE-CI-003',
        subject,
        message,
        `set ${variableOf(subject)} to a file of public keys, one a line, or give them in ${variableOf('vm_cloud_init_ssh_keys')}`,
      ),
    ];
  }
  return badKeys(keyFile.keys, () => subject);
});

export const checkLogin: Check = (wanted, world) => {
  if (!wantsCloudInit(wanted) || canLogIn(wanted, world)) return [];
  const message = 'is empty, and there is no password either: nobody can log in';
  const fix = `give a key, ${variableOf('vm_cloud_init_ssh_keys_file')} or ${variableOf('vm_cloud_init_password')}`;
  return [problem('PVE-CI-004', 'vm_cloud_init_ssh_keys', message, fix)];
};

/** A file of keys that is missing has a problem of its own. */
const canLogIn = (wanted: Wanted, { malformed }: World): boolean =>
  wanted.vm_cloud_init_password !== undefined ||
  wanted.vm_cloud_init_user_data !== undefined ||
  wanted.vm_cloud_init_user_data_file !== undefined ||
  wanted.vm_cloud_init_user_snippet !== undefined ||
  wanted.vm_cloud_init_ssh_keys_file !== undefined ||
  (wanted.vm_cloud_init_ssh_keys ?? []).some(key => key.trim() !== '') ||
  malformed.some(({ variable }) => variable.startsWith('vm_cloud_init_ssh_keys'));

export const checkPassword: Check = ({ vm_cloud_init_password: password = '', vm_ostype: ostype }) => {
  const why = isWindows(ostype) ? windowsFault(password) : passwordFault(password);
  const fix = `give the password itself${isWindows(ostype) ? '' : ', or a hash made by `openssl passwd -6`'}`;
  return why === undefined ? [] : [problem('PVE-CI-006', 'vm_cloud_init_password', why, fix)];
};

const windowsFault = (password: string): string | undefined =>
  isPasswordHash(password)
    ? 'is a hash, which Windows would take for the password itself'
    : lineFault(password);

// It travels on standard input, a line each time.
const lineFault = (password: string): string | undefined =>
  /[\n\r\0]/.test(password) ? 'has more than one line' : undefined;

function passwordFault(password: string): string | undefined {
  if (password.startsWith('$y$')) return 'is a yescrypt hash, which Proxmox VE would hash again';
  return lineFault(password);
}

const DOMAIN =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.?$/i;

export const checkDomain: Check = wanted => [
  ...(wantsCloudInit(wanted)
    ? badDomain('vm_cloud_init_domain', wanted.vm_cloud_init_domain?.join(' '))
    : []),
  ...wantedClones(wanted).flatMap((clone, index) => badDomain(`vm_clones[${index}].domain`, clone.domain)),
];

function badDomain(subject: Subject, list = ''): Problem[] {
  return list
    .split(/[\s,;]+/)
    .filter(domain => domain !== '' && !DOMAIN.test(domain))
    .map(domain =>
      problem('PVE-CI-009', subject, `"${domain}" is no domain name`, 'write it like example.com'),
    );
}

/** PVE writes addresses of devices that are not there, and the guest never sees them. */
export const checkDevices = onNode((wanted, node) => {
  if (!wantsCloudInit(wanted)) return [];
  const devices = [...Object.keys(wanted.vm_networks ?? {}), ...ownValues(wanted, node).keys()];
  return Object.keys(wanted.vm_cloud_init_networks ?? {})
    .filter(device => !devices.includes(device))
    .map(device =>
      problem(
        'PVE-CI-007',
        `vm_cloud_init_networks.${device}`,
        `the VM has no network device ${device}`,
        `add ${device} to ${variableOf('vm_networks')}, or take its address out`,
      ),
    );
});
