import type { Cluster } from '../host/cluster-handle.ts';
import type { Outcome, RecordedVolume } from './transcript.ts';

const SEPARATOR = '\u001e';

/** storage.cfg, then every image below the directory storages: path, mode, and what changes with any change of it. */
const LIST_IMAGES = `
cat /etc/pve/storage.cfg /run/replay-storage.cfg 2>/dev/null
printf '${SEPARATOR}'
sed -n 's/^\\tpath //p' /etc/pve/storage.cfg /run/replay-storage.cfg 2>/dev/null | sort -u | while read -r root; do
  [ ! -d "$root/images" ] || find "$root/images" -mindepth 2 -maxdepth 2 -type f -printf '%p\\t%m\\t%i %s %C@\\n'
done`;

/** Flags of images, and what qemu-img says of them. */
const INSPECT_IMAGES = `
for image; do
  lsattr -d "$image" 2>/dev/null | cut -d' ' -f1 | tr -d '\\n'
  printf '\\t'
  case "$image" in *.raw) format=raw ;; *.vmdk) format=vmdk ;; *) format=qcow2 ;; esac
  qemu-img info -U -f $format --output=json "$image" 2>/dev/null | tr -d '\\n'
  printf '${SEPARATOR}'
done`;

/** What looks into images told, by what changes with any change of them. */
export type SeenImages = Map<string, string>;

/** Configurations of the VMs that a step touched. */
export async function observeConfigs(
  cluster: Cluster,
  node: string,
  directory: string,
  vmids: readonly string[],
): Promise<Outcome['configs']> {
  if (vmids.length === 0) return {};
  const files = vmids.map(vmid => `${directory}/${vmid}.conf`);
  const script = `for f; do if [ -e "$f" ]; then printf '+'; cat "$f"; fi; printf '${SEPARATOR}'; done`;
  const { stdout } = await cluster.exec(node, ['bash', '-c', script, 'configs', ...files]);
  const texts = stdout.split(SEPARATOR);
  return Object.fromEntries(
    vmids.map((vmid, index) => {
      const text = texts[index] ?? '';
      return [vmid, text.startsWith('+') ? text.slice(1) : null];
    }),
  );
}

/** Every disk volume of the node; what was seen before and has not changed since is not looked into again. */
export async function observeVolumes(
  cluster: Cluster,
  node: string,
  seen: SeenImages,
): Promise<readonly RecordedVolume[]> {
  const { stdout } = await cluster.exec(node, ['bash', '-c', LIST_IMAGES]);
  const [config = '', list = ''] = stdout.split(SEPARATOR);
  const lines = list.split('\n').filter(line => line !== '');
  const changed = lines.filter(line => !seen.has(line));
  const looks = changed.length === 0 ? [] : await inspect(cluster, node, changed.map(pathOf));
  for (const [index, line] of changed.entries()) seen.set(line, looks[index] ?? '');
  const storages = storagesByPath(config);
  return lines.map(line => toVolume(storages, line, seen.get(line) ?? ''));
}

async function inspect(cluster: Cluster, node: string, paths: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await cluster.exec(node, ['bash', '-c', INSPECT_IMAGES, 'inspect', ...paths]);
  return stdout.split(SEPARATOR);
}

const pathOf = (line: string): string => line.split('\t', 1)[0] ?? '';

function storagesByPath(config: string): ReadonlyMap<string, string> {
  const storages = new Map<string, string>();
  let id = '';
  for (const line of config.split('\n')) {
    id = /^\w+: (\S+)/.exec(line)?.[1] ?? id;
    const path = /^\tpath (\S+)/.exec(line)?.[1];
    if (path !== undefined) storages.set(path, id);
  }
  return storages;
}

function toVolume(storages: ReadonlyMap<string, string>, line: string, look: string): RecordedVolume {
  const [path = '', mode = ''] = line.split('\t');
  const [flags = '', json = ''] = look.split('\t');
  const [root = '', name = ''] = path.split('/images/');
  // qemu-img's documented ImageInfo; empty for a file that it cannot read.
  const info = (json === '' ? {} : JSON.parse(json)) as Readonly<Record<string, string | number | undefined>>;
  const backingFile = info['backing-filename'];
  return {
    volid: `${storages.get(root) ?? root}:${name}`,
    format: String(info.format ?? ''),
    virtualSize: Number(info['virtual-size'] ?? 0),
    backingFile: backingFile === undefined ? undefined : String(backingFile),
    mode: `0o${mode}`,
    immutable: flags.includes('i'),
  };
}
