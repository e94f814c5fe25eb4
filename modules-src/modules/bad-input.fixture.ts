import { optionsWithin, type Option, type Options } from '../sdk/option.ts';

/** A nest of lists that parsers and printers walk down. */
const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

const TEXTS = [
  '',
  ' ',
  'x'.repeat(100_000),
  'ünïcödé 😀',
  'right\u202eto left',
  'line\u2028separator',
  'two\nlines',
  'carriage\rreturn',
  'nul\u0000byte',
  'bell\u0007',
  `'single'`,
  `"double"`,
  'back\\slash',
  '--delete',
  '-x',
  '--',
  '--args=-device x',
  'x --delete net0',
  'x,import-from=/etc/shadow',
  'local:0,import-from=/etc/shadow',
  'x;y',
  'x=y',
  '$(id)',
  '`id`',
  '; rm -rf /',
  '| cat /etc/shadow',
  '../../etc/shadow',
  '/etc/../etc/shadow',
  '/etc/shadow',
  '..%2f..%2fetc%2fshadow',
  'file:///etc/shadow',
  'https://user:hunter2@example.test/x.img',
  'https://example.test/x.img#\n',
  '{{ undefined_variable }}',
  '{% if true %}x{% endif %}',
  'AnsibleUndefined',
  '{"a": 1',
  '[1, 2',
  '{"__proto__": {"polluted": true}}',
  '__proto__',
  'constructor',
  'null',
  'NaN',
  'Infinity',
  '1e309',
  '-1',
  '0x10',
  '1.5',
  '9007199254740993',
  'command="id" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 x',
  '&a [*a]',
  '!!js/function "x"',
] as const;

/** What a playbook may hold by mistake or by malice, for an option of any type. */
export const HOSTILE: readonly unknown[] = [
  ...TEXTS,
  0,
  -1,
  1.5,
  2 ** 60,
  true,
  false,
  null,
  [],
  {},
  [null],
  ['x,import-from=/etc/shadow', '--delete'],
  ['two\nlines'],
  [['nested']],
  { '': '' },
  { net0: 'virtio,bridge=vmbr0\n', '--delete': 'x' },
  { 'net0 --delete': 'x' },
  { net0: { model: 'virtio' } },
  { constructor: { prototype: 1 } },
  nested(500),
];

/** Where a hostile value goes: a parameter, or a key of a dictionary in a list. */
export interface Target {
  readonly path: string;
  readonly option: Option;
  /** The arguments with the value in its place. */
  readonly place: (value: unknown) => Readonly<Record<string, unknown>>;
}

/** Every parameter of a module, those inside lists of dictionaries too; the rest is as good as the module asks for. */
export function targetsOf(options: Options, good: Readonly<Record<string, unknown>>): readonly Target[] {
  return Object.entries(options).flatMap(([name, option]): Target[] => {
    const own: Target = { path: name, option, place: value => ({ ...good, [name]: value }) };
    const within = optionsWithin(option);
    if (within === undefined) return [own];
    const inner = targetsOf(within, goodValues(within));
    const wrap = (value: unknown): unknown =>
      option.type === 'list' ? [value] : 'values' in option ? { scsi1: value } : value;
    return [
      own,
      ...inner.map(target => ({
        path: `${name}.${target.path}`,
        option: target.option,
        place: (value: unknown) => ({ ...good, [name]: wrap(target.place(value)) }),
      })),
    ];
  });
}

const GOOD: Readonly<Record<string, unknown>> = {
  template_vmid_range: '9000-9049',
  generation: { family: 'tpl', number: 1 },
  vmid: 200,
  name: 'web-01',
  storage: 'local',
  disk_storage: 'local',
  image: '/var/lib/vz/template/iso/x.img',
  url: 'https://images.test/x.img',
  results_file: '/root/.ansible_async/j1.2',
  state: 'started',
  clones: [],
  data_disks: {},
  guests: [],
};

/** Values that a module must be given, and nothing more. */
export const goodValues = (options: Options): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(options).flatMap(([name, option]) =>
      option.required === true ? [[name, GOOD[name] ?? 'x']] : [],
    ),
  );
