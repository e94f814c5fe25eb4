import { grantCommands, makeCommands } from '../../../pve/access/grants.ts';
import type { Wanted } from '../params.ts';
import { granteeOf } from './grantee.ts';
import { needsOf } from './needs.ts';

/** Nothing is known of the cluster: the image goes where every fresh node keeps such. */
const NOTHING_FOUND = { configOf: () => undefined, imageStorage: 'local' };

/** The commands for root on a node that let a token do all that the variables ask for. */
export function permissionCommands(wanted: Wanted): readonly string[] {
  const grantee = granteeOf(wanted);
  const { cloud_image_cache_dir: place } = wanted;
  const found =
    place === undefined || place.startsWith('/') ? NOTHING_FOUND : { ...NOTHING_FOUND, imageStorage: place };
  const needed = needsOf(wanted, found);
  return [...makeCommands(grantee), ...grantCommands(needed, grantee), ...agentNote(needed)];
}

const agentNote = (needed: ReturnType<typeof needsOf>): readonly string[] =>
  needed.some(({ privilege }) => privilege.startsWith('VM.GuestAgent'))
    ? ['# Proxmox VE 8 knows no VM.GuestAgent: write VM.Monitor in its place']
    : [];
