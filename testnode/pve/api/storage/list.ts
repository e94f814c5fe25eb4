import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { given, isSet } from '../../cli/command.ts';
import { chooseStorages, spaceOf } from '../../pvesm/show.ts';
import { ParameterFailure } from '../../runtime/failure.ts';
import { contentOf, isDisabled, isShared } from '../../storage/config.ts';
import type { Storage } from '../../storage/config.ts';
import { backendOf } from '../../storage/volumes.ts';
import { nodeOf } from '../local-node.ts';
import { maySee } from './visible.ts';

/** Storages of a node and their space. One that is asked for by name has to be there. */
export function listStorages(parameters: Parameters, caller: Caller): readonly object[] {
  nodeOf(parameters);
  const found = chooseStorages(parameters).filter(({ id }) => maySee(caller, id));
  if (parameters.has('storage') && found.length === 0) throw noSuchStorage();
  return found.map(storage => ({
    storage: storage.id,
    ...describe(storage),
    ...share(storage),
    ...(isSet(parameters, 'format') && !isDisabled(storage) ? formatsOf(storage) : {}),
  }));
}

export function showStatus(parameters: Parameters): object {
  nodeOf(parameters);
  const [storage] = chooseStorages(new Map([['storage', given(parameters, 'storage')]]));
  if (!storage) throw noSuchStorage();
  return describe(storage);
}

function noSuchStorage(): ParameterFailure {
  return new ParameterFailure([{ parameter: 'storage', problem: 'No such storage.' }]);
}

function describe(storage: Storage): object {
  const { total, used, available } = spaceOf(storage);
  return {
    type: storage.type,
    content: contentOf(storage).join(','),
    shared: isShared(storage) ? 1 : 0,
    enabled: isDisabled(storage) ? 0 : 1,
    active: total === 0 ? 0 : 1,
    total,
    used,
    avail: available,
  };
}

function share(storage: Storage): object {
  const { total, used } = spaceOf(storage);
  return total === 0 ? {} : { used_fraction: used / total };
}

/** The formats of disks, in an old shape and in a new one. */
function formatsOf(storage: Storage): object {
  const { formats } = backendOf(storage);
  const all = formats.length > 1 ? [...formats, 'subvol'] : formats;
  return {
    format: [Object.fromEntries(all.map(format => [format, 1])), 'raw'],
    formats: { supported: [...all].sort(), default: 'raw' },
  };
}
