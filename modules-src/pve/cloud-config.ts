import { dump, load } from 'js-yaml';
import { UserError } from '../sdk/error.ts';

type CloudConfig = Readonly<Record<string, unknown>>;

const HEADER = '#cloud-config\n';

/** What PVE would say in the user part that a user snippet replaces. */
export interface UserPart {
  readonly name: string;
  readonly domain?: string | undefined;
  readonly user?: string | undefined;
  readonly passwordHash?: string | undefined;
  readonly keys: readonly string[];
}

/** A user snippet with host name, user, password and keys merged in; what the user's text says wins. */
export function mergeUserData(text: string, part: UserPart): string {
  const own = parseCloudConfig(text, 'proxmox_vm_cloud_init_user_data');
  const keys = [...listOf(own['ssh_authorized_keys']), ...part.keys];
  return render({
    hostname: part.name,
    manage_etc_hosts: true,
    fqdn: part.domain === undefined ? part.name : `${part.name}.${part.domain}`,
    ...(part.user !== undefined && { user: part.user }),
    ...(part.passwordHash !== undefined && { password: part.passwordHash, chpasswd: { expire: false } }),
    users: ['default'],
    ...own,
    ...(keys.length > 0 && { ssh_authorized_keys: [...new Set(keys)] }),
  });
}

/** What tells a clone's user part from its template's. */
interface CloneUserPart {
  readonly name: string;
  readonly user?: string | undefined;
  readonly keys?: readonly string[] | undefined;
}

/** A template's user snippet for a clone: host name, and user and keys where it has its own, are the clone's. */
export function cloneUserData(
  text: string,
  from: string,
  { name: to, user, keys = [] }: CloneUserPart,
): string {
  const own = parseCloudConfig(text, 'the user snippet of the template');
  const fqdn = typeof own['fqdn'] === 'string' ? own['fqdn'] : undefined;
  return render({
    ...own,
    ...(own['hostname'] === from && { hostname: to }),
    ...(fqdn !== undefined && { fqdn: renameHost(fqdn, from, to) }),
    ...(user !== undefined && { user }),
    ...(keys.length > 0 && { ssh_authorized_keys: keys }),
  });
}

const renameHost = (fqdn: string, from: string, to: string): string =>
  fqdn === from || fqdn.startsWith(`${from}.`) ? to + fqdn.slice(from.length) : fqdn;

/** A vendor snippet: the user's, with the guest agent added when it is to be installed. */
export function mergeVendorData(text: string | undefined, installAgent: boolean): string | undefined {
  if (!installAgent) return text;
  const own = text === undefined ? {} : parseCloudConfig(text, 'proxmox_vm_cloud_init_vendor_data');
  return render({
    ...own,
    packages: [...new Set([...listOf(own['packages']), 'qemu-guest-agent'])],
    runcmd: [...listOf(own['runcmd']), ['systemctl', 'enable', '--now', 'qemu-guest-agent']],
  });
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? Array.from<unknown>(value) : []);

const render = (config: CloudConfig): string => HEADER + dump(config, { lineWidth: -1 });

function parseCloudConfig(text: string, source: string): CloudConfig {
  const parsed = parseYaml(text, source);
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as CloudConfig;
  throw new UserError(
    `cannot use ${source}: it is not a cloud-config; write a YAML dictionary that begins with #cloud-config`,
  );
}

function parseYaml(text: string, source: string): unknown {
  try {
    return load(text);
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    throw new UserError(`cannot use ${source}: it is not valid YAML (${why}); correct the text`);
  }
}
