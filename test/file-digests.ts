import type { Cluster } from '../testnode/host/cluster-handle.ts';

/** Digests a file without reading its holes: a volume of GiB that nothing was written to takes milliseconds. */
const DIGEST = `for file; do tar --create --sparse --mtime=@0 --absolute-names "$file" | sha256sum; echo "$file"; done`;

/** Every file that `find` finds with these arguments, by its path, with a digest of what is in it. */
export async function fileDigests(
  cluster: Cluster,
  node: string,
  find: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const argv = ['find', ...find, '-exec', 'sh', '-c', DIGEST, 'sh', '{}', '+'];
  const { stdout } = await cluster.exec(node, argv);
  return new Map(
    [...stdout.matchAll(/^([0-9a-f]{64}) {2}-\n(.*)$/gm)].map(([, digest, path]) => [path!, digest!]),
  );
}
