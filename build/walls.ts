import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { TESTS, untidyFolders } from './folders.ts';
import { root } from './modules.ts';

/** Who may import whom. The first row that fits a file counts; what lies in one room may always import each other. */
export interface Wall {
  /** A folder or a file; `*` stands for one name, and is the same on both sides of a row. */
  readonly room: string;
  readonly may: readonly string[];
  /** Modules of Node.js and packages; `node` is all that Node.js has. */
  readonly outside?: readonly string[];
}

const [SDK, TEXT, PVE] = ['modules-src/sdk', 'modules-src/pve/text', 'modules-src/pve'];
const [SYSTEM, HTTP, NODE] = ['modules-src/system', 'modules-src/http', 'modules-src/node'];
const [KNOWN_IMAGES, IMAGES] = ['modules-src/pve/images', 'modules-src/images'];
const [GUESTS, API] = ['modules-src/guests', 'modules-src/api'];
const MODULE = 'modules-src/modules/*';
const RUNTIME = 'modules-src/runtime';
const STAGES = 'modules-src/modules/node_preflight/stages';

export const WALLS: readonly Wall[] = [
  { room: SDK, may: [] },
  { room: TEXT, may: [SDK], outside: ['node:path', 'node:crypto'] },
  { room: KNOWN_IMAGES, may: [SDK, TEXT], outside: ['node:path', 'node:crypto'] },
  { room: 'modules-src/pve/settings', may: [SDK, TEXT, KNOWN_IMAGES, 'modules-src/pve/vms'] },
  { room: 'modules-src/pve/vms', may: [SDK, TEXT], outside: ['node:crypto'] },
  { room: PVE, may: [SDK], outside: ['node:crypto', 'js-yaml'] },
  { room: 'modules-src/system/run-command.ts', may: [SDK, SYSTEM], outside: ['node', 'execa'] },
  { room: SYSTEM, may: [SDK], outside: ['node'] },
  { room: HTTP, may: [SDK, SYSTEM, TEXT, KNOWN_IMAGES], outside: ['node'] },
  {
    room: 'modules-src/images/download/zip-files.ts',
    may: [SDK, IMAGES],
    outside: ['node:stream', 'yauzl'],
  },
  { room: IMAGES, may: [SDK, TEXT, KNOWN_IMAGES, SYSTEM, HTTP], outside: ['node'] },
  { room: GUESTS, may: [SDK, PVE, SYSTEM], outside: ['node'] },
  { room: NODE, may: [SDK, PVE, SYSTEM, HTTP, IMAGES, GUESTS], outside: ['node'] },
  { room: API, may: [SDK, PVE, SYSTEM, HTTP, IMAGES, GUESTS], outside: ['node'] },
  { room: RUNTIME, may: [SDK, SYSTEM], outside: ['ajv'] },
  // It looks through the eyes of all modules of the stages.
  { room: STAGES, may: [SDK, PVE, 'modules-src/modules', `${RUNTIME}/look.ts`, `${RUNTIME}/mask.ts`] },
  { room: `${MODULE}/plan.ts`, may: [SDK, PVE, MODULE] },
  { room: MODULE, may: [SDK, PVE, SYSTEM], outside: ['node:os', 'node:crypto'] },
  {
    room: 'role-src',
    may: [SDK, PVE, `${MODULE}/module.ts`, `${MODULE}/params.ts`, STAGES],
    outside: ['node:fs'],
  },
  {
    room: 'build',
    may: ['modules-src', 'role-src'],
    outside: ['node', 'ajv', 'dependency-cruiser', 'esbuild', 'execa', 'js-yaml'],
  },
  { room: 'testnode/pve', may: ['testnode/guest'], outside: ['node', 'esbuild'] },
  { room: 'testnode', may: [], outside: ['node', 'execa'] },
  { room: 'acceptance', may: ['package.json'], outside: ['node'] },
  { room: 'bench', may: ['build', 'test', 'testnode'], outside: ['node', 'execa'] },
];

const ROOMS = WALLS.map(({ room }) => room);
const ANY = '([^/]+)';
const patternOf = (room: string): string =>
  `^${room.replaceAll('.', String.raw`\.`).replace('*', ANY)}${/\.(?:ts|json)$/.test(room) ? '$' : '/'}`;

/** dependency-cruiser names a module of Node.js without its prefix. */
const outsidePattern = (name: string): string =>
  name.startsWith('node:') ? `^(?:node:)?${name.slice(5)}$` : `^(?:node_modules/)?${name}(?:/|$)`;

const rule = ({ room, may, outside = [] }: Wall, index: number): IForbiddenRuleType => ({
  name: room,
  severity: 'error',
  from: {
    path: patternOf(room),
    pathNot: [TESTS, ...WALLS.slice(0, index).map(earlier => patternOf(earlier.room))],
  },
  to: {
    pathNot: [
      ...[room, ...may]
        .map(patternOf)
        .map(pattern => (room.includes('*') ? pattern.replace(ANY, '$1') : pattern)),
      ...outside.filter(name => name !== 'node').map(outsidePattern),
    ],
    ...(outside.includes('node') && { dependencyTypesNot: ['core'] }),
  },
});

const RULES: readonly IForbiddenRuleType[] = [
  ...WALLS.map(rule),
  {
    name: 'tests beside the code start no node',
    severity: 'error',
    from: {
      path: String.raw`^(?:modules-src|role-src|build|testnode)/.*\.test\.ts$`,
      pathNot: '^testnode/test/',
    },
    to: { path: '^testnode/host/' },
  },
  {
    name: 'the test node shares nothing with what it tests',
    severity: 'error',
    from: { path: '^testnode/' },
    to: { path: '^(?:modules-src|role-src|build)/' },
  },
  { name: 'no cycle', severity: 'error', from: {}, to: { circular: true } },
];

/** Imports that the walls forbid, and folders that are too full or do not tell what they are, one a line. */
export async function brokenWalls(base: string): Promise<readonly string[]> {
  const { output } = await cruise(['modules-src', 'role-src', 'build', 'testnode', 'bench', 'acceptance'], {
    baseDir: base,
    // Types that two files have of each other are a circle, too.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^build/out/' },
    ruleSet: { forbidden: [...RULES] },
    validate: true,
  });
  if (typeof output === 'string') throw new Error(output);
  return [...violations(output), ...untidyFolders(base, ROOMS)];
}

const violations = ({ summary }: ICruiseResult): readonly string[] =>
  summary.violations.map(({ rule, from, to, cycle }) =>
    cycle === undefined
      ? `${from} must not import ${to} (${rule.name})`
      : `${from} imports itself: ${cycle.map(({ name }) => name).join(' → ')}`,
  );

if (import.meta.filename === process.argv[1]) {
  const broken = await brokenWalls(root);
  for (const line of broken) console.error(line);
  process.exitCode = broken.length > 0 ? 1 : 0;
}
