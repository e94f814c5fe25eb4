import { ownDrive, type OwnDrive } from '../../pve/cloud-init/drive/own.ts';
import { ownDriveOf, type CloudInitWanted } from '../../pve/cloud-init/wanted.ts';
import {
  attachedDrive,
  customParts,
  isOurSnippet,
  SNIPPET_KINDS,
} from '../../pve/text/cloud-init-volumes.ts';
import { keyLines } from '../../pve/text/key-lines.ts';
import { isWindows } from '../../pve/text/ostype.ts';
import { cloudInitDriveKey, decodeText } from '../../pve/text/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import { optionName, wayOut } from '../../sdk/option-name.ts';
import type { FoundClone, Source } from './wanted.ts';

type Values = ReadonlyMap<string, string>;

/**
 * A clone's drive of our own, with what is the clone's own; undefined: it has PVE's. Nobody reads back what the drive of
 * its template says, so that the texts are those that the task has.
 */
export function cloneDrive(
  { clone, id }: FoundClone,
  { texts, drives }: Source,
  values: Values,
): OwnDrive | undefined {
  const isAttached = attachedDrive(values) !== undefined;
  if (!isAttached && cloudInitDriveKey(values) === undefined) return undefined;
  const named = new Map([...values, ['name', clone.name]]);
  const own = ownDriveOf(
    { ...texts, ...toldBy(values), vmid: clone.vmid, name: clone.name },
    {
      ...drives,
      id,
      snippetStorage: undefined,
      usesOwnDrive: drives.usesOwnDrive || isAttached,
      passwordHash: values.get('cipassword'),
      isWindows: isWindows(values.get('ostype')),
      fileKeys: [],
    },
  );
  if (own !== undefined) return ownDrive(own, named, drives.resolver);
  if (!isAttached) return undefined;
  const what = wayOut({
    inRole: `the ${optionName('cloud_init_user_data')} and so on that the template was made with`,
    alone: 'user_data, vendor_data, network_data or install_agent as the template has them',
  });
  throw new UserError(
    `cannot make clone ${clone.name}: the cloud-init drive of its template holds texts that nobody can read back; give ${what}`,
  );
}

/** What a clone's settings say of what goes into a user part, and the snippets that its user has named. */
function toldBy(values: Values): Omit<CloudInitWanted, 'vmid' | 'name'> {
  const [user, domain, upgrade] = ['ciuser', 'searchdomain', 'ciupgrade'].map(name => values.get(name));
  const parts = customParts(values);
  const snippets = SNIPPET_KINDS.flatMap(kind => {
    const volume = parts.get(kind);
    return volume === undefined || isOurSnippet(volume) ? [] : [[`${kind}_snippet`, volume] as const];
  });
  return {
    agent: values.get('agent'),
    user,
    ssh_keys: [...keyLines(decodeText(values.get('sshkeys') ?? ''))],
    ...(domain !== undefined && { domain: domain.split(' ') }),
    ...(upgrade !== undefined && { upgrade: upgrade !== '0' }),
    ...Object.fromEntries(snippets),
  };
}
