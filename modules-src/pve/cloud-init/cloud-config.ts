import { optionName } from '../../sdk/option-name.ts';
import { dump, load } from 'js-yaml';
import { isDictionary } from '../../sdk/dictionary.ts';
import { UserError } from '../../sdk/error.ts';
import { textKind } from './text-kind.ts';
import {
  cloudConfigFaults,
  leavesOutDefaultUser,
  misspeltKeys,
  type CloudConfig,
} from './cloud-config-schema.ts';

const HEADER = '#cloud-config\n';

/** What PVE would say in the user part that a user snippet replaces. */
export interface UserPart {
  readonly name: string;
  /** Search domains; the guest belongs to the first. */
  readonly domain?: string | undefined;
  readonly user?: string | undefined;
  readonly passwordHash?: string | undefined;
  readonly keys: readonly string[];
  /** Whether packages are upgraded; absent: nothing is said about it. */
  readonly upgrade?: boolean | undefined;
  /** The guest agent is to be installed. */
  readonly installAgent?: boolean | undefined;
  /** The guest is Windows, which has user, password and keys from elsewhere. */
  readonly isWindows?: boolean | undefined;
}

/**
 * A user snippet with host name, user, password and keys merged in; what the user's text says wins. A text of another
 * kind is nobody's to change.
 */
export function mergeUserData(text: string, part: UserPart): string {
  if (textKind(text).kind === 'other') return text;
  const given = checkedCloudConfig(text, USER_DATA);
  if (part.isWindows === true) return render({ hostname: part.name, ...given });
  const own = part.installAgent === true ? { ...given, ...agentIn(given, listsIn(given)) } : given;
  const keys = [...listOf(own['ssh_authorized_keys']), ...part.keys];
  return render({
    hostname: part.name,
    manage_etc_hosts: true,
    fqdn: fqdnOf(part),
    ...(part.user !== undefined && { user: part.user }),
    ...(part.passwordHash !== undefined && { password: part.passwordHash, chpasswd: { expire: false } }),
    ...(part.user === 'root' ? { disable_root: false } : { users: ['default'] }),
    ...(part.upgrade !== undefined && { package_upgrade: part.upgrade }),
    ...own,
    ...(keys.length > 0 && { ssh_authorized_keys: [...new Set(keys)] }),
  });
}

function fqdnOf({ name, domain = '' }: UserPart): string {
  const [first = ''] = domain.split(' ');
  return first === '' ? name : `${name}.${first}`;
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
  if (textKind(text).kind === 'other') return text;
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

/** What installs the agent. Of two lists, cloud-init takes that of the user data alone (25.1, mergers). */
const AGENT = {
  packages: 'qemu-guest-agent',
  runcmd: ['systemctl', 'enable', '--now', 'qemu-guest-agent'],
} as const;

type AgentList = keyof typeof AGENT;
const AGENT_LISTS: readonly AgentList[] = ['packages', 'runcmd'];

const listsIn = (config: CloudConfig): readonly AgentList[] =>
  AGENT_LISTS.filter(name => Array.isArray(config[name]));

/** Those lists of a cloud-config with the agent's entries, each once. */
const agentIn = (own: CloudConfig, lists: readonly AgentList[]): CloudConfig =>
  Object.fromEntries(
    lists.map(name => {
      const others = listOf(own[name]).filter(item => JSON.stringify(item) !== JSON.stringify(AGENT[name]));
      return [name, [...others, AGENT[name]]];
    }),
  );

/**
 * A vendor snippet: the user's, with the guest agent added when it is to be installed. A list that the user data have, too,
 * would be lost here: the agent's entry is in theirs.
 */
export function mergeVendorData(
  text: string | undefined,
  installAgent: boolean,
  userData?: string,
): string | undefined {
  if (text !== undefined && (!installAgent || textKind(text).kind === 'other')) return plainVendorData(text);
  if (!installAgent) return undefined;
  const own = text === undefined ? {} : checkedCloudConfig(text, VENDOR_DATA);
  const taken =
    userData === undefined || textKind(userData).kind === 'other'
      ? []
      : listsIn(parseCloudConfig(userData, USER_DATA));
  const lists = AGENT_LISTS.filter(name => !taken.includes(name));
  const merged = { ...own, ...agentIn(own, lists) };
  return Object.keys(merged).length === 0 ? undefined : render(merged);
}

const USER_DATA = optionName('cloud_init_user_data');
const VENDOR_DATA = optionName('cloud_init_vendor_data');

/** Text that stays as it is; a cloud-config without its header would be passed over by cloud-init. */
function plainVendorData(text: string): string {
  if (textKind(text).kind === 'other') return text;
  checkedCloudConfig(text, VENDOR_DATA);
  return text.trimStart().startsWith('#cloud-config') ? text : HEADER + text;
}

/** Network and meta data: any YAML dictionary. */
export function requireDictionary(text: string, source: string): string {
  parseCloudConfig(text, source, 'a dictionary', 'write a YAML dictionary');
  return text;
}

/** What cloud-init would pass over without a word, or do otherwise than one thinks. */
export function cloudConfigHints(text: string, source: string): string[] {
  const kind = textKind(text);
  if (kind.kind === 'other') return [];
  const config = parseCloudConfig(text, source);
  return [
    ...misspeltKeys(config).map(
      ({ key, known }) =>
        `${source}: cloud-init knows no key \`${key}\` and ignores it; did you mean \`${known}\`?`,
    ),
    ...(leavesOutDefaultUser(config)
      ? [
          `${source}: its \`users\` leave out \`default\`, the user that gets the name, the password and the SSH keys of the ` +
            'other variables; add `default` to the list, or give those users keys of their own',
        ]
      : []),
  ];
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? Array.from<unknown>(value) : []);

const render = (config: CloudConfig): string => HEADER + dump(config, { lineWidth: -1 });

/** A cloud-config in which cloud-init will find nothing of a wrong kind. */
function checkedCloudConfig(text: string, source: string): CloudConfig {
  const config = parseCloudConfig(text, source);
  const faults = cloudConfigFaults(config);
  if (faults.length === 0) return config;
  throw new UserError(
    `cannot use ${source}: ${faults.join('; ')}; cloud-init would fail at it, so correct the text`,
  );
}

function parseCloudConfig(
  text: string,
  source: string,
  kind = 'a cloud-config',
  fix = 'write a YAML dictionary that begins with #cloud-config',
): CloudConfig {
  if (/^\s*#cloud-config\b/.test(text) && /^(?:\s*(?:#.*)?\n?)*$/.test(text)) return {};
  const parsed = parseYaml(text, source);
  if (isDictionary(parsed)) return parsed;
  throw new UserError(`cannot use ${source}: it is not ${kind}; ${fix}`);
}

function parseYaml(text: string, source: string): unknown {
  try {
    return load(text);
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    throw new UserError(`cannot use ${source}: it is not valid YAML (${why}); correct the text`);
  }
}
