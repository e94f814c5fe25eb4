import { metadataPath, renderImageRecord } from '../pve/images/file.ts';
import type { NoteImageAction } from '../sdk/step.ts';
import { writeAtomically } from '../system/files.ts';

export const noteImage = ({ path, record }: NoteImageAction): Promise<void> =>
  writeAtomically(metadataPath(path), renderImageRecord(record), 0o644);
