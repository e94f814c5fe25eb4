import type { AccessConfig, Grant, Group, Pool, Token, User } from './kinds.ts';
import { ROOT_ID } from './root.ts';

/** Tables while the file is read. */
interface Tables {
  readonly users: Map<string, User>;
  readonly groups: Map<string, Group>;
  readonly pools: Map<string, Pool>;
  readonly roles: Map<string, readonly string[]>;
  readonly grants: Grant[];
}

type Fields = readonly string[];

const LINES: Readonly<Record<string, (tables: Tables, fields: Fields) => void>> = {
  user: readUser,
  token: readToken,
  group: readGroup,
  pool: readPool,
  role: ({ roles }, [name = '', privileges]) => roles.set(name, list(privileges)),
  acl: readGrants,
};

/** Reads user.cfg: one line each, fields parted by colons, texts percent-encoded. root@pam is always there. */
export function parseAccess(text: string): AccessConfig {
  const tables: Tables = {
    users: new Map([[ROOT_ID, newUser(ROOT_ID)]]),
    groups: new Map(),
    pools: new Map(),
    roles: new Map(),
    grants: [],
  };
  for (const line of text.split('\n')) {
    const [kind = '', ...fields] = line.trim().split(':').map(decode);
    LINES[kind]?.(tables, fields);
  }
  return tables;
}

/** A user of whom nothing but the name is known. */
export function newUser(id: string): User {
  const nothing = { firstname: '', lastname: '', email: '', comment: '', keys: '' };
  return { id, enable: true, expire: 0, ...nothing, tokens: new Map() };
}

function readUser({ users }: Tables, fields: Fields): void {
  const [id = '', enable, expire, firstname = '', lastname = '', email = '', comment = '', keys = ''] =
    fields;
  const tokens = users.get(id)?.tokens ?? new Map<string, Token>();
  const texts = { firstname, lastname, email, comment, keys };
  users.set(id, { id, enable: enable === '1', expire: Number(expire), ...texts, tokens });
}

function readToken({ users }: Tables, [full = '', expire, privsep, comment = '']: Fields): void {
  const [owner = '', id = ''] = full.split('!');
  const user = users.get(owner);
  if (!user) return;
  const token = { id, expire: Number(expire), privsep: privsep === '1', comment };
  users.set(owner, { ...user, tokens: new Map([...user.tokens, [id, token]]) });
}

function readGroup({ groups }: Tables, [name = '', users, comment = '']: Fields): void {
  groups.set(name, { users: list(users), comment });
}

function readPool({ pools }: Tables, [name = '', comment = '', vms, storages]: Fields): void {
  pools.set(name, { comment, vms: list(vms).map(Number), storages: list(storages) });
}

function readGrants({ grants }: Tables, [propagate, path = '', names, roles]: Fields): void {
  for (const name of list(names)) {
    const kind = name.startsWith('@') ? 'group' : name.includes('!') ? 'token' : 'user';
    for (const role of list(roles))
      grants.push({ path, kind, who: name.replace(/^@/, ''), role, propagate: propagate === '1' });
  }
}

function list(text = ''): readonly string[] {
  return text.split(/[,; ]+/).filter(item => item !== '');
}

function decode(text: string): string {
  return Buffer.from(
    text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
}
