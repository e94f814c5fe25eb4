import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOTS = ['modules-src', 'role-src', 'build', 'bench', 'acceptance', 'testnode', 'test'];
/** Beside the code tests come with what they try; below `test` they are what lives there. */
export const TESTS = String.raw`\.(?:test|slow|long|fixture)\.ts$|/fixtures/|^testnode/test/`;
const SOURCE = /\.(?:ts|mjs)$/;

/** A folder is a room: more than these side by side, and nobody finds what to touch. */
const MOST_IN_A_FOLDER = 20;
/** More than these, and a newcomer has to be told. */
const MOST_UNTOLD = 5;
/** The folders of modules are all laid out as modules-src/modules/README.md says. */
const MOST_UNTOLD_OF_A_MODULE = 9;

const MOST_LINES = 10;
const FORM = /^# .+\n\n(?:.{1,130}\n)+\nNever here: (?:.{1,130}\n)+\nStart with (?:.{1,130}\n)+$/;
/** Those of a package's users, and of a file format. */
const OF_ANOTHER_KIND = ['testnode/package', 'testnode/transcripts'];

/** Folders with too much in them, and those that do not tell a newcomer what they are, one fault a line. */
export function untidyFolders(base: string, rooms: readonly string[]): readonly string[] {
  const folders = new Map(rooms.filter(room => !/\.ts$|\*/.test(room)).map(room => [room, 0]));
  for (const file of ROOTS.flatMap(root => filesBelow(base, root)))
    folders.set(dirname(file), (folders.get(dirname(file)) ?? 0) + Number(isSource(file)));
  return [...folders].flatMap(([folder, count]) => [
    ...crowd(folder, count),
    ...readmeFaults(base, folder, rooms.includes(folder) || count > mostUntold(folder)),
  ]);
}

const filesBelow = (base: string, root: string): readonly string[] =>
  existsSync(join(base, root))
    ? readdirSync(join(base, root), { recursive: true, encoding: 'utf8' })
        .map(file => `${root}/${file}`)
        .filter(file => !/^build\/out\/|\/node_modules\//.test(file))
    : [];

const isSource = (file: string): boolean =>
  SOURCE.test(file) && (file.startsWith('test/') || !new RegExp(TESTS).test(file));

const mostUntold = (folder: string): number =>
  folder.startsWith('modules-src/modules/') ? MOST_UNTOLD_OF_A_MODULE : MOST_UNTOLD;

const crowd = (folder: string, count: number): readonly string[] =>
  count > MOST_IN_A_FOLDER ? [`${folder} has ${count} files side by side; at most ${MOST_IN_A_FOLDER}`] : [];

function readmeFaults(base: string, folder: string, isNeeded: boolean): readonly string[] {
  const page = `${folder}/README.md`;
  if (!existsSync(join(base, page)))
    return isNeeded ? [`${folder} has no README.md that tells a newcomer what it is`] : [];
  if (OF_ANOTHER_KIND.includes(folder)) return [];
  const text = readFileSync(join(base, page), 'utf8');
  const lines = text.split('\n').length - 1;
  return [
    ...(lines > MOST_LINES ? [`${page} has ${lines} lines; at most ${MOST_LINES}`] : []),
    ...(FORM.test(text)
      ? []
      : [`${page} does not say what lives there, then "Never here: …", then "Start with …"`]),
    ...namesIn(text)
      .filter(name => !existsSync(join(base, folder, name)))
      .map(name => `${page} names ${name}, which is not there`),
  ];
}

/** Files and folders, as a page names them from where it is. */
const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/`((?:\.\.\/)*\w[\w./-]*(?:\.(?:ts|mjs|py|sh|md|txt)|\/))`/g)].map(
    ([, name = '']) => name,
  );
