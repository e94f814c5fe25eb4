import { optionName, wayOut } from '../../sdk/option-name.ts';
/** An option of `extra_config` that the role does not take. */
export interface ExtraProblem {
  readonly option: string;
  /** Completes "extra_config.<option> …". */
  readonly message: string;
  readonly fix: string;
}

/** Set another option instead. */
const instead = (name: string): string => `set ${optionName(name)} instead`;

const byModule = (name: string, module: string): string =>
  wayOut({ inRole: instead(name), alone: `use ${module} instead` });

/** Options that are set in another way, and which one that is. */
const OWNED: ReadonlyMap<string, string> = new Map([
  ['name', instead('name')],
  ['description', instead('description')],
  ['pool', instead('pool')],
  ['cipassword', instead('cloud_init_password')],
  ['sshkeys', instead('cloud_init_ssh_keys')],
  ['template', byModule('make_template', 'template_convert')],
  ['start', byModule('start_after_create', 'vm_power')],
  // PVE stores it as ide2.
  ['cdrom', `set ide2 in ${optionName('disks')} instead`],
  ...(
    'vmid lock delete revert digest force skiplock archive storage unique node bwlimit live-restore ' +
    'import-working-storage ha-managed background_delay'
  )
    .split(' ')
    .map((option): [string, string] => [option, 'remove it']),
]);

/** Options of cloud-init, which belong to it as soon as a VM has an image. */
const CLOUD_INIT: readonly (readonly [RegExp, string])[] = [
  [/^ciuser$/, 'user'],
  [/^ciupgrade$/, 'upgrade'],
  [/^nameserver$/, 'dns'],
  [/^searchdomain$/, 'domain'],
  [/^citype$/, ''],
  [/^cicustom$/, 'user_data'],
  [/^ipconfig\d+$/, 'ip'],
];

/** What would undo the role's own work, or reach `qm` as something else than an option and its value. */
export function extraProblems(
  extra: Readonly<Record<string, unknown>>,
  imageDisk: string | undefined,
): ExtraProblem[] {
  return Object.entries(extra).flatMap(([option, value]) => {
    const found = ownedProblem(option, imageDisk) ?? formProblem(option, value);
    return found === undefined ? [] : [{ option, ...found }];
  });
}

type Found = Omit<ExtraProblem, 'option'>;

function ownedProblem(option: string, imageDisk: string | undefined): Found | undefined {
  if (option === imageDisk)
    return {
      message: 'is the disk that the cloud image becomes',
      fix: `set ${optionName('disk_cache')} and the like instead`,
    };
  if (/^unused\d+$/.test(option))
    return {
      message: 'is a volume that no drive uses',
      fix: `attach it by its name in ${optionName('disks')}`,
    };
  const owner = OWNED.get(option) ?? (imageDisk === undefined ? undefined : cloudInitOwner(option));
  if (owner === undefined) return undefined;
  return {
    message: 'is an option that belongs to the role',
    fix: owner,
  };
}

function cloudInitOwner(option: string): string | undefined {
  const name = CLOUD_INIT.find(([pattern]) => pattern.test(option))?.[1];
  if (name === undefined) return undefined;
  return name === '' ? 'remove it' : instead(`cloud_init_${name}`);
}

function formProblem(option: string, value: unknown): Found | undefined {
  const fix = 'see `man qm` for its options';
  if (!/^[a-z][a-z0-9_-]*$/.test(option)) return { message: 'is not the name of an option of qm', fix };
  if (typeof value === 'object' && value !== null)
    return { message: 'is a list or a dictionary, and qm takes text', fix };
  if (/[\n\r\0]/.test(String(value))) return { message: 'has a value of more than one line', fix };
  return undefined;
}
