import type { Cluster } from '../host/cluster.ts';
import type { Outcome, RecordedVolume } from './transcript.ts';

const SEPARATOR = '\u001e';

/** Lists every image below the directory storages: path, mode, flags, what qemu-img says. */
const LIST_IMAGES = `
for root in $(sed -n 's/^\\tpath //p' /etc/pve/storage.cfg /run/replay-storage.cfg 2>/dev/null | sort -u); do
  for image in "$root"/images/*/*; do
    [ -f "$image" ] || continue
    printf '%s\\t%s\\t%s\\t' "$image" "$(stat -c %a "$image")" "$(lsattr -d "$image" 2>/dev/null | cut -d' ' -f1)"
    case "$image" in *.raw) format=raw ;; *.vmdk) format=vmdk ;; *) format=qcow2 ;; esac
    qemu-img info -U -f $format --output=json "$image" 2>/dev/null | tr -d '\\n'
    printf '${SEPARATOR}'
  done
done`;

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

/** Every disk volume of the node. */
export async function observeVolumes(cluster: Cluster, node: string): Promise<readonly RecordedVolume[]> {
  const storages = await readStorages(cluster, node);
  const { stdout } = await cluster.exec(node, ['bash', '-c', LIST_IMAGES]);
  return stdout
    .split(SEPARATOR)
    .filter(entry => entry.trim() !== '')
    .map(entry => toVolume(storages, entry.split('\t')));
}

async function readStorages(cluster: Cluster, node: string): Promise<ReadonlyMap<string, string>> {
  const script = 'cat /etc/pve/storage.cfg /run/replay-storage.cfg 2>/dev/null';
  const { stdout } = await cluster.exec(node, ['bash', '-c', script]);
  const storages = new Map<string, string>();
  let id = '';
  for (const line of stdout.split('\n')) {
    id = /^\w+: (\S+)/.exec(line)?.[1] ?? id;
    const path = /^\tpath (\S+)/.exec(line)?.[1];
    if (path !== undefined) storages.set(path, id);
  }
  return storages;
}

function toVolume(
  storages: ReadonlyMap<string, string>,
  [path = '', mode = '', flags = '', json = '']: readonly string[],
): RecordedVolume {
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
