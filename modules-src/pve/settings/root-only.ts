import type { QmAction } from '../../sdk/step.ts';
import { parseProperties } from '../text/property-string.ts';

/** A setting that PVE lets nobody but root@pam with its own ticket make: no token may, whatever its privileges. */
export interface RootOnly {
  /** The option of PVE. */
  readonly option: string;
  readonly reason: string;
  /** What works instead by the API, if anything does. */
  readonly instead: string | undefined;
}

const OPTIONS = /^(?:args|lock|affinity|arch|hookscript|ivshmem|parallel\d|skiplock)$/;

/** Which settings of an operation are root's alone (refused to tokens by PVE 8.4 and 9.2: "only root can set …"). */
export function rootOnlySettings({ properties }: QmAction): readonly RootOnly[] {
  const set = Object.entries(properties).flatMap(([option, value]): RootOnly[] => {
    const found =
      value === undefined || value === false
        ? undefined
        : rootOnly(option, typeof value === 'string' ? value : '');
    return found === undefined ? [] : [{ option, ...found }];
  });
  const deleted = (properties.delete ?? []).filter(option => OPTIONS.test(option));
  return [...set, ...deleted.map(option => ({ option, ...ROOTS_OWN }))];
}

type Why = Omit<RootOnly, 'option'>;

const ROOTS_OWN: Why = { reason: 'it is a setting of root@pam alone', instead: undefined };

function rootOnly(option: string, value: string): Why | undefined {
  if (OPTIONS.test(option)) return ROOTS_OWN;
  if (/^(?:hostpci|usb)\d+$/.test(option)) return deviceOfTheNode(option, value);
  if (/^serial\d$/.test(option) && value !== 'socket')
    return { reason: `${value} is a device of the node`, instead: '`socket`' };
  return pathOfTheNode(value);
}

function deviceOfTheNode(option: string, value: string): Why | undefined {
  const properties = parseProperties(value, 'host');
  if (properties.has('mapping') || properties.get('host') === 'spice') return undefined;
  const kind = option.startsWith('usb') ? 'usb' : 'pci';
  return {
    reason: `${properties.get('host') ?? value} is a device of the node`,
    instead: `\`mapping=NAME\` with a mapping of Datacenter → Resource Mappings (/mapping/${kind})`,
  };
}

function pathOfTheNode(drive: string): Why | undefined {
  const properties = parseProperties(drive, 'file');
  const path = [properties.get('file'), properties.get('import-from')].find(text => text?.startsWith('/'));
  if (path === undefined) return undefined;
  return { reason: `${path} is a path of the node`, instead: 'a volume, such as `local:import/NAME.qcow2`' };
}
