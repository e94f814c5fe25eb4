import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';

/** What belongs to others in a scene, and how much of it changed. */
export interface Others {
  /** Makes a file of somebody else, and remembers it. */
  readonly put: (path: string, content: string | Buffer) => void;
  /** Remembers what stands there as somebody else's. */
  readonly remember: (path: string) => void;
  /** Paths of this scene that are no more what they were; the next scene begins. */
  readonly changed: () => readonly string[];
  /** Over all scenes. */
  readonly tell: (what: string) => void;
}

export function watchOthers(): Others {
  const all = { files: 0, changed: 0 };
  let scene = new Map<string, string>();
  const remember = (path: string): void => void scene.set(path, stateOf(path));
  return {
    remember,
    put: (path, content) => {
      writeFileSync(path, content);
      remember(path);
    },
    changed: () => {
      const changed = [...scene].filter(([path, state]) => stateOf(path) !== state).map(([path]) => path);
      all.files += scene.size;
      all.changed += changed.length;
      scene = new Map();
      return changed;
    },
    tell: what => {
      console.log(`    ${what} of others in the scenes: ${all.files}, changed: ${all.changed}`);
    },
  };
}

/** Everything but the number of names, which a hard link changes, and the time of the last reading. */
function stateOf(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'missing';
  const content = found.isSymbolicLink()
    ? readlinkSync(path)
    : found.isFile()
      ? createHash('sha256').update(readFileSync(path)).digest('hex')
      : '';
  return [found.ino, found.mode, found.uid, found.gid, found.size, found.mtimeMs, content].join(' ');
}
