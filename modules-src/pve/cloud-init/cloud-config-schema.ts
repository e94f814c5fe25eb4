import { isDictionary, type Dictionary } from '../../sdk/dictionary.ts';
import { nearest } from '../../sdk/nearest.ts';

type Kind = 'text' | 'yes or no' | 'list' | 'dictionary' | 'list of texts' | 'list of dictionaries';

/** Keys of cloud-config and what they must hold (cloud-init 25.1, schema-cloud-config-v1.json); those that people write. */
const KEYS: Readonly<Record<string, readonly Kind[]>> = {
  allow_public_ssh_keys: ['yes or no'],
  ansible: ['dictionary'],
  apt: ['dictionary'],
  apt_pipelining: [],
  bootcmd: ['list'],
  byobu_by_default: ['text'],
  ca_certs: ['dictionary'],
  chef: ['dictionary'],
  chpasswd: ['dictionary'],
  cloud_config_modules: ['list'],
  cloud_final_modules: ['list'],
  cloud_init_modules: ['list'],
  create_hostname_file: ['yes or no'],
  datasource: ['dictionary'],
  device_aliases: ['dictionary'],
  disable_ec2_metadata: ['yes or no'],
  disable_root: ['yes or no'],
  disable_root_opts: ['text'],
  disk_setup: ['dictionary'],
  drivers: ['dictionary'],
  fan: ['dictionary'],
  final_message: ['text'],
  fqdn: ['text'],
  fs_setup: ['list of dictionaries'],
  groups: [],
  growpart: ['dictionary'],
  'grub-dpkg': ['dictionary'],
  grub_dpkg: ['dictionary'],
  hostname: ['text'],
  keyboard: ['dictionary'],
  landscape: ['dictionary'],
  locale: [],
  locale_configfile: ['text'],
  lxd: ['dictionary'],
  manage_etc_hosts: ['yes or no', 'text'],
  manage_resolv_conf: ['yes or no'],
  mcollective: ['dictionary'],
  merge_how: [],
  merge_type: [],
  mount_default_fields: ['list'],
  mounts: ['list'],
  no_ssh_fingerprints: ['yes or no'],
  ntp: [],
  output: ['dictionary'],
  package_reboot_if_required: ['yes or no'],
  package_update: ['yes or no'],
  package_upgrade: ['yes or no'],
  packages: ['list'],
  password: ['text'],
  phone_home: ['dictionary'],
  power_state: ['dictionary'],
  prefer_fqdn_over_hostname: ['yes or no'],
  preserve_hostname: ['yes or no'],
  puppet: ['dictionary'],
  random_seed: ['dictionary'],
  reporting: ['dictionary'],
  resize_rootfs: ['yes or no', 'text'],
  resolv_conf: ['dictionary'],
  rh_subscription: ['dictionary'],
  rsyslog: ['dictionary'],
  runcmd: ['list'],
  salt_minion: ['dictionary'],
  snap: ['dictionary'],
  spacewalk: ['dictionary'],
  ssh: ['dictionary'],
  ssh_authorized_keys: ['list of texts'],
  ssh_deletekeys: ['yes or no'],
  ssh_fp_console_blacklist: ['list'],
  ssh_genkeytypes: ['list of texts'],
  ssh_import_id: ['list of texts'],
  ssh_key_console_blacklist: ['list'],
  ssh_keys: ['dictionary'],
  ssh_publish_hostkeys: ['dictionary'],
  ssh_pwauth: ['yes or no', 'text'],
  ssh_quiet_keygen: ['yes or no'],
  swap: ['dictionary'],
  system_info: ['dictionary'],
  timezone: ['text'],
  ubuntu_pro: ['dictionary'],
  updates: ['dictionary'],
  user: ['text', 'dictionary'],
  users: [],
  vendor_data: ['dictionary'],
  version: [],
  wireguard: ['dictionary'],
  write_files: ['list of dictionaries'],
  yum_repo_dir: ['text'],
  yum_repos: ['dictionary'],
  zypper: ['dictionary'],
};

export type CloudConfig = Dictionary;

/** What cloud-init would refuse or stumble over at boot: keys whose values are of another kind than it takes. */
export function cloudConfigFaults(config: CloudConfig): string[] {
  const kinds = Object.entries(config).flatMap(([key, value]) => {
    const allowed = Object.hasOwn(KEYS, key) ? (KEYS[key] ?? []) : [];
    const fits = allowed.length === 0 || value === null || allowed.some(kind => isOf(kind, value));
    return fits ? [] : [`\`${key}\` must be a ${allowed.join(' or ')}`.replace('a yes or no', 'yes or no')];
  });
  return [...kinds, ...fileFaults(config['write_files'])];
}

const isText = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

function isOf(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case 'text':
      return isText(value);
    case 'yes or no':
      return typeof value === 'boolean';
    case 'dictionary':
      return isDictionary(value);
    case 'list':
      return Array.isArray(value);
    case 'list of texts':
      return Array.isArray(value) && value.every(isText);
    case 'list of dictionaries':
      return Array.isArray(value) && value.every(isDictionary);
  }
}

/** The mistakes that people make with files: no path, and permissions that YAML reads as a number. */
function fileFaults(files: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(files) ? files : [];
  return list
    .filter(isDictionary)
    .flatMap((file, index) => [
      ...(typeof file['path'] === 'string' ? [] : [`\`write_files[${index}]\` needs a \`path\``]),
      ...(typeof file['permissions'] === 'number'
        ? [`the \`permissions\` of \`write_files[${index}]\` must be a text: '0644' in quotes`]
        : []),
    ]);
}

/** Keys that nobody knows but that look like a known one: cloud-init ignores them without a word. */
export const misspeltKeys = (
  config: CloudConfig,
): readonly { readonly key: string; readonly known: string }[] =>
  Object.keys(config).flatMap(key => {
    if (Object.hasOwn(KEYS, key)) return [];
    const known = nearest(key.replaceAll('-', '_'), Object.keys(KEYS));
    return known === undefined ? [] : [{ key, known }];
  });

/** Whether `users` leaves out the user that `user`, `password` and `ssh_authorized_keys` are for. */
export const leavesOutDefaultUser = ({ users }: CloudConfig): boolean =>
  Array.isArray(users) && !users.some(user => user === 'default');
