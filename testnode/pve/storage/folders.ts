import type { ParsedVolume } from './backend.ts';

type Content = ParsedVolume['content'];

/** The folder of each kind of content in a directory storage. */
export type Folders = Readonly<Record<Content, string>>;

const USUAL: Folders = {
  images: 'images',
  rootdir: 'private',
  iso: 'template/iso',
  vztmpl: 'template/cache',
  backup: 'dump',
  snippets: 'snippets',
  import: 'import',
};

/** Folders below a storage's path, as absolute paths; `content-dirs` (`iso=isos,images=disks`) may name others. */
export function foldersOf(path: string, overrides = ''): Folders {
  const own = new Map(
    overrides.split(/[,; ]+/).flatMap(pair => {
      const [, content = '', folder = ''] = /^([a-z]+)=(.+)$/.exec(pair) ?? [];
      return content in USUAL ? [[content, folder] as const] : [];
    }),
  );
  const entries = Object.entries(USUAL).map(
    ([content, folder]) => [content, `${path}/${own.get(content) ?? folder}`] as const,
  );
  return { ...USUAL, ...Object.fromEntries(entries) };
}
