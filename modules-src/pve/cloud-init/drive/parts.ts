import type { Part } from '../../../sdk/cluster.ts';
import { cloudInitDriveKey } from '../../text/vm-config.ts';
import { DRIVE_FILES } from '../files.ts';
import { attachedDrive, SNIPPET_KINDS, type SnippetKind } from '../../text/cloud-init-volumes.ts';

/** What the cloud-init drive of a VM says, part by part. */
export type DriveParts = ReadonlyMap<SnippetKind, string>;

/** What the VM's drive says now; undefined where it has none or it cannot be read. */
export async function readDriveParts(
  config: ReadonlyMap<string, string>,
  cluster: Part<'readCloudInitDrive'>,
): Promise<DriveParts | undefined> {
  const drive = config.get(cloudInitDriveKey(config) ?? '');
  const volume = drive?.split(',', 1)[0]?.replace(/^file=/, '') ?? attachedDrive(config)?.volume;
  const files = volume === undefined ? undefined : await cluster.readCloudInitDrive(volume);
  return files === undefined ? undefined : partsIn(files);
}

/** The parts among the files of a drive, in whichever layout; undefined where they make no drive. */
export function partsIn(files: ReadonlyMap<string, string>): DriveParts | undefined {
  const names = Object.values(DRIVE_FILES).find(({ user }) => files.has(user));
  if (names === undefined) return undefined;
  return new Map(SNIPPET_KINDS.map(kind => [kind, files.get(names[kind]) ?? '']));
}
