/** A VM's configuration: option to its text, as `qm config` prints them. */
export type GuestConfig = ReadonlyMap<string, string>;

/** Path of a volume's file. */
export type VolumePath = (volid: string) => string;

/** One device of a configuration: its slot, its number there, and its properties. */
export interface Device {
  readonly slot: string;
  readonly bus: string;
  readonly index: number;
  readonly properties: ReadonlyMap<string, string>;
}

/** Properties of a text such as `local:100/vm-100-disk-0.raw,size=2G`; one without a name gets the name given. */
export function propertiesOf(text: string, nameless = 'file'): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').map((part): [string, string] => {
      const at = part.indexOf('=');
      return at < 0 ? [nameless, part] : [part.slice(0, at), part.slice(at + 1)];
    }),
  );
}

/** The devices of some buses, such as `scsi` or `net`, in the order of their numbers. */
export function devicesOf(config: GuestConfig, buses: readonly string[]): readonly Device[] {
  return [...config]
    .flatMap(([slot, text]) => {
      const [, bus = '', index = ''] = /^([a-z]+)(\d+)$/.exec(slot) ?? [];
      return buses.includes(bus) ? [{ slot, bus, index: Number(index), properties: propertiesOf(text) }] : [];
    })
    .sort((left, right) => left.bus.localeCompare(right.bus) || left.index - right.index);
}

export function isQ35(config: GuestConfig): boolean {
  return config.get('machine')?.includes('q35') ?? false;
}

/** Format of a volume's file: block storages are imitated with raw files, which have no ending. */
export function formatOf(path: string): string {
  return /\.(qcow2|vmdk)$/.exec(path)?.[1] ?? 'raw';
}
