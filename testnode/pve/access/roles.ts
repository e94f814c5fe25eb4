import { isVersion9 } from '../runtime/settings.ts';
import type { AccessConfig } from './kinds.ts';

const words = (text: string): readonly string[] => text.split(/\s+/).filter(word => word !== '');

const VM_CONFIG =
  'VM.Config.CDROM VM.Config.CPU VM.Config.Cloudinit VM.Config.Disk VM.Config.HWType VM.Config.Memory VM.Config.Network VM.Config.Options';

/** What asks the guest agent: one privilege of the older release became four. */
const AGENT_OF_USER =
  'VM.GuestAgent.Audit VM.GuestAgent.FileRead VM.GuestAgent.FileSystemMgmt VM.GuestAgent.FileWrite';

const VM_USER = words(
  `VM.Audit VM.Backup VM.Config.CDROM VM.Config.Cloudinit VM.Console VM.PowerMgmt ${isVersion9() ? AGENT_OF_USER : ''}`,
);
const VM_ADMIN = words(
  `VM.Allocate VM.Clone ${VM_CONFIG} VM.Migrate VM.Snapshot VM.Snapshot.Rollback ${
    isVersion9() ? 'VM.GuestAgent.Unrestricted VM.Replicate' : 'VM.Monitor'
  }`,
);
const DATASTORE = words(
  'Datastore.Allocate Datastore.AllocateSpace Datastore.AllocateTemplate Datastore.Audit',
);
const SDN = words('SDN.Allocate SDN.Audit SDN.Use');
const SYSTEM = words('Sys.Audit Sys.Console Sys.Syslog');
const USERS = words('Group.Allocate Realm.AllocateUser User.Modify');
const ROOT_ALONE = words(
  'Mapping.Modify Permissions.Modify Realm.Allocate Sys.AccessNetwork Sys.Incoming Sys.Modify Sys.PowerMgmt',
);
const POOL = words('Pool.Allocate Pool.Audit');
const MAPPING_USER = words('Mapping.Audit Mapping.Use');
const ADMIN = [...VM_USER, ...VM_ADMIN, ...DATASTORE, ...SDN, ...SYSTEM, ...USERS, ...POOL, ...MAPPING_USER];

const ADMINISTRATOR = [...ADMIN, ...ROOT_ALONE];

const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  Administrator: ADMINISTRATOR,
  NoAccess: [],
  PVEAdmin: ADMIN,
  PVEAuditor: ADMIN.filter(name => /\.Audit$/.test(name)),
  PVEDatastoreAdmin: DATASTORE,
  PVEDatastoreUser: words('Datastore.AllocateSpace Datastore.Audit'),
  PVEMappingAdmin: [...MAPPING_USER, 'Mapping.Modify'],
  PVEMappingUser: MAPPING_USER,
  PVEPoolAdmin: POOL,
  PVEPoolUser: ['Pool.Audit'],
  PVESDNAdmin: SDN,
  PVESDNUser: words('SDN.Audit SDN.Use'),
  PVESysAdmin: SYSTEM,
  PVETemplateUser: words('VM.Audit VM.Clone'),
  PVEUserAdmin: USERS,
  PVEVMAdmin: [...VM_USER, ...VM_ADMIN],
  PVEVMUser: VM_USER,
};

/** Every privilege that there is, sorted. */
export const PRIVILEGES: readonly string[] = [...new Set(ADMINISTRATOR)].sort();

/** True for a role that PVE brings along. */
export function isBuiltIn(role: string): boolean {
  return role in BUILT_IN;
}

/** Privileges of a role, sorted; nothing for a role that does not exist. */
export function privilegesOfRole({ roles }: AccessConfig, role: string): readonly string[] | undefined {
  const privileges = BUILT_IN[role] ?? roles.get(role);
  return privileges && [...new Set(privileges)].sort();
}

/** Names of all roles, sorted. */
export function roleNames({ roles }: AccessConfig): readonly string[] {
  return [...new Set([...Object.keys(BUILT_IN), ...roles.keys()])].sort();
}
