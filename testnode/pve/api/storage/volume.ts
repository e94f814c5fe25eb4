import { existsSync } from 'node:fs';
import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { given } from '../../cli/command.ts';
import { ParameterFailure, PveFailure } from '../../runtime/failure.ts';
import { usableStorage } from '../../storage/config.ts';
import { inspectImage, usedBytes } from '../../storage/image-file.ts';
import { backendOf } from '../../storage/volumes.ts';
import { nodeOf } from '../local-node.ts';
import { assertMaySee } from './visible.ts';

/** The volume that a path names, with or without its storage in front. */
export function volumeOf(parameters: Parameters): string {
  const [storage, volume] = [given(parameters, 'storage'), given(parameters, 'volume')];
  const named = /^([a-z][a-z0-9\-_.]*[a-z0-9]):/i.exec(volume)?.[1];
  if (named === undefined) return `${storage}:${volume}`;
  if (named === storage) return volume;
  throw new ParameterFailure([
    { parameter: 'volume', problem: `storage ID mismatch (${named} != ${storage})\n` },
  ]);
}

/** Path, format and sizes of one volume. Of an image to import the size is that of the disk in it. */
export function showVolume(parameters: Parameters, caller: Caller): object {
  nodeOf(parameters);
  const volid = volumeOf(parameters);
  const name = volid.slice(volid.indexOf(':') + 1);
  const backend = backendOf(usableStorage(given(parameters, 'storage')));
  const { content, format } = backend.parse(name);
  assertMaySee(caller, volid);
  const path = backend.pathOf(name);
  if (!existsSync(path)) throw new PveFailure(`volume_size_info on '${volid}' failed - no format`);
  const imageFormat = content === 'images' || content === 'import' ? format : 'raw';
  const { size } = inspectImage(path, imageFormat);
  return { path, size, used: usedBytes(path), format: imageFormat };
}
