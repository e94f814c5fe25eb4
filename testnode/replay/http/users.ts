import type { Cluster } from '../../host/cluster-handle.ts';
import { runOrThrow } from '../../system/processes.ts';

/** Passwords of the recorded node's users. */
export const PASSWORDS: Readonly<Record<string, string>> = {
  'root@pam': 'rootpw12',
  'svc@pve': 'svcpw12345',
  'ro@pve': 'ropw12345',
  'none@pve': 'nonepw12345',
  'min@pve': 'minpw12345',
  'off@pve': 'x1234567',
  'old@pve': 'x1234567',
};

/** Privilege separation of each token; one has run out. */
const SEPARATION: Readonly<Record<string, 0 | 1>> = {
  'root@pam!t1': 0,
  'root@pam!sep': 1,
  'root@pam!old': 0,
  'svc@pve!t1': 0,
  'svc@pve!sep': 1,
  'svc@pve!ro': 1,
  'ro@pve!t1': 0,
  'none@pve!t1': 0,
  'min@pve!t1': 0,
  'min@pve!sep': 1,
  'off@pve!t1': 0,
  'old@pve!t1': 0,
};
const LONG_AGO = 1_000_000_000;
const DISABLED = 'off@pve';
const EXPIRED: ReadonlySet<string> = new Set(['old@pve', 'root@pam!old']);

/** Secrets of the tokens. */
export const TOKENS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(SEPARATION).map((id, index) => [
    id,
    `a1b2c3d4-e5f6-4a1b-8c2d-${String(index).padStart(12, 'abcdef012345')}`,
  ]),
);

/** Privileges by path: what a step of a scenario about privileges had granted to its user. */
export type Grants = Readonly<Record<string, readonly string[]>>;

const VM_PRIVILEGES =
  'VM.Allocate,VM.Audit,VM.Clone,VM.Config.CDROM,VM.Config.CPU,VM.Config.Cloudinit,VM.Config.Disk,VM.Config.HWType,' +
  'VM.Config.Memory,VM.Config.Network,VM.Config.Options,VM.PowerMgmt';
const SVC_ROLE = `Datastore.AllocateSpace,Datastore.AllocateTemplate,Datastore.Audit,SDN.Use,${VM_PRIVILEGES}`;
const GRANTED_USER = 'min@pve';
const GRANTED_LINE = /\bGranted\d+\b/;
const USER_CONFIG = '/etc/pve/user.cfg';

/** Gives the node the users, tokens, roles and rights of the recorded one. */
export async function placeUsers(cluster: Cluster, node: string): Promise<void> {
  const hashes = await Promise.all(
    Object.entries(PASSWORDS).map(async ([user, password]) => [user, await hashOf(password)] as const),
  );
  const shadow = hashes.flatMap(([user, hash]) =>
    user.endsWith('@pve') ? [`${user.slice(0, -4)}:${hash}:\n`] : [],
  );
  const tokens = Object.entries(TOKENS).map(([id, secret]) => `${id} ${secret}\n`);
  const root = hashes.find(([user]) => user === 'root@pam')?.[1] ?? '';
  await cluster.exec(node, ['mkdir', '-p', '/etc/pve/priv']);
  await cluster.writeFile(node, '/etc/pve/priv/shadow.cfg', shadow.join(''));
  await cluster.writeFile(node, '/etc/pve/priv/token.cfg', tokens.join(''));
  await cluster.exec(node, ['usermod', '-p', root, 'root']);
  await cluster.writeFile(node, USER_CONFIG, userConfig());
}

/** Gives the user of the privilege scenarios these rights and no others; what else has come into the file stays. */
export async function grant(cluster: Cluster, node: string, grants: Grants): Promise<void> {
  const text = await cluster.readFile(node, USER_CONFIG);
  const kept = text.split('\n').filter(line => !GRANTED_LINE.test(line));
  const granted = Object.entries(grants).flatMap(([path, privileges], index) => [
    `role:Granted${index}:${privileges.join(',')}:`,
    `acl:1:${path}:${GRANTED_USER}:Granted${index}:`,
  ]);
  await cluster.writeFile(
    node,
    USER_CONFIG,
    [...kept.filter(line => line !== ''), ...granted, ''].join('\n'),
  );
}

async function hashOf(password: string): Promise<string> {
  return (await runOrThrow(['openssl', 'passwd', '-5', password])).trim();
}

function userConfig(): string {
  const users = Object.keys(PASSWORDS).flatMap(user => [
    `user:${user}:${user === DISABLED ? 0 : 1}:${expiry(user)}::::::\n`,
    ...Object.entries(SEPARATION)
      .filter(([id]) => id.startsWith(`${user}!`))
      .map(([id, separation]) => `token:${id}:${expiry(id)}:${separation}::\n`),
  ]);
  return `${users.join('')}\n\n\nrole:Min:VM.Audit:\nrole:Svc:${SVC_ROLE}:\n\n${ACLS}`;
}

const ACLS = `acl:1:/:ro@pve:PVEAuditor:
acl:1:/sdn/zones/localnetwork:svc@pve:Svc:
acl:1:/storage:svc@pve:Svc:
acl:1:/vms:svc@pve:Svc:
acl:1:/vms:svc@pve!ro:PVEAuditor:
`;

function expiry(name: string): number {
  return EXPIRED.has(name) ? LONG_AGO : 0;
}

/** What the remark of a step says had been granted; nothing when it says nothing about it. */
export function grantsOf(note: string): Grants | undefined {
  if (/granted: nothing$|^no privilege at all/.test(note)) return {};
  const granted = /granted: (\{.*\})$/.exec(note)?.[1];
  // The recorder wrote it as JSON: privileges by path.
  if (granted !== undefined) return JSON.parse(granted) as Grants;
  const upload = /^upload with (\S+)$/.exec(note)?.[1];
  if (upload !== undefined) return { '/storage/local': [upload] };
  if (note.startsWith('whole flow with the full set')) return FULL_SET;
  const [, without, path] = /^without (\S+) on (\S+)$/.exec(note) ?? [];
  return without === undefined || path === undefined ? undefined : fullSetWithout(without, path);
}

const FULL_SET: Grants = {
  '/vms': VM_PRIVILEGES.split(','),
  '/storage': ['Datastore.AllocateSpace', 'Datastore.AllocateTemplate', 'Datastore.Audit'],
  '/sdn/zones/localnetwork': ['SDN.Use'],
  '/nodes': ['Sys.AccessNetwork'],
};

function fullSetWithout(privilege: string, path: string): Grants {
  const entries = Object.entries(FULL_SET).map(([granted, privileges]) => [
    granted,
    path.startsWith(granted) || granted.startsWith(path)
      ? privileges.filter(name => name !== privilege)
      : privileges,
  ]);
  return Object.fromEntries(entries) as Grants;
}
