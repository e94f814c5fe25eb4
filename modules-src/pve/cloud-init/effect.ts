import { SNIPPET_KINDS, type SnippetKind } from '../text/cloud-init-volumes.ts';

/** What a drive says, as far as a guest goes by it. */
export interface DriveContent {
  readonly parts: ReadonlyMap<SnippetKind, string>;
  readonly instanceId: string | undefined;
}

/**
 * Whether a guest will do what its drive now says. cloud-init does nearly everything once per instance, and PVE makes the
 * instance-id of the user and network parts alone (qemu-server 9.2, Cloudinit.pm): a change of the vendor part, or one
 * under a fixed meta part, stays without effect.
 */
export function cloudInitEffect(
  before: DriveContent | undefined,
  after: DriveContent,
  isRunning: boolean,
): string {
  if (before === undefined) return 'applies at next boot: the VM had no cloud-init drive';
  const changed = SNIPPET_KINDS.filter(kind => before.parts.get(kind) !== after.parts.get(kind));
  if (changed.length === 0) return 'unchanged';
  const parts = `the ${changed.join(' and ')} part${changed.length > 1 ? 's' : ''} changed`;
  const running = isRunning ? RESTART : '';
  if (after.instanceId !== before.instanceId) {
    return `applies at next boot: ${parts}, and with ${changed.length > 1 ? 'them' : 'it'} the instance-id${running}`;
  }
  return `not applied until \`cloud-init clean --reboot\` runs in the guest: ${parts}, but ${whyTheSame(changed, after)}`;
}

/** The same of a drive that nobody can read: only its instance-id is known, and that it is another drive. */
export function unreadDriveEffect(isOtherInstance: boolean, isRunning: boolean): string {
  return isOtherInstance
    ? `applies at next boot: the drive is another one, with another instance-id${isRunning ? RESTART : ''}`
    : 'not applied until `cloud-init clean --reboot` runs in the guest: the drive is another one, but its instance-id is the same; a guest that never booted does it at its first boot';
}

const RESTART = '; the VM runs, so restart it';

function whyTheSame(changed: readonly SnippetKind[], { instanceId }: DriveContent): string {
  if (instanceId === undefined) return 'the meta part names no instance-id';
  return changed.every(kind => kind === 'vendor')
    ? 'the instance-id does not depend on it; a guest that never booted does it at its first boot'
    : `the instance-id is still ${instanceId}, which the meta part fixes`;
}
