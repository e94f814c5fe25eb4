import { grantCommands, makeCommands } from '../../../pve/access/grants.ts';
import type { Wanted } from '../params.ts';
import { granteeOf } from './grantee.ts';
import { needsOf } from './needs.ts';
import { foundIn } from './operations.ts';

/** The commands for root on a node that let a token do all that the variables ask for, whatever there is. */
export function permissionCommands(wanted: Wanted): readonly string[] {
  const grantee = granteeOf(wanted);
  const needed = needsOf(wanted, foundIn(wanted, { node: undefined }));
  return [...makeCommands(grantee), ...grantCommands(needed, grantee), ...agentNote(needed)];
}

const agentNote = (needed: ReturnType<typeof needsOf>): readonly string[] =>
  needed.some(({ privilege }) => privilege.startsWith('VM.GuestAgent'))
    ? ['# Proxmox VE 8 knows no VM.GuestAgent: write VM.Monitor in its place']
    : [];
