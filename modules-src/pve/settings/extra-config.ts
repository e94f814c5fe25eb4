/** An option of `extra_config` that the role does not take. */
export interface ExtraProblem {
  readonly option: string;
  /** Completes "extra_config.<option> …". */
  readonly message: string;
  readonly fix: string;
}

/** Options that the role sets by itself, and the variable that does, where there is one. */
const OWNED: ReadonlyMap<string, string> = new Map([
  ['name', 'proxmox_vm_name'],
  ['description', 'proxmox_vm_description'],
  ['pool', 'proxmox_vm_pool'],
  ['cipassword', 'proxmox_vm_cloud_init_password'],
  ['sshkeys', 'proxmox_vm_cloud_init_ssh_keys'],
  ['template', 'proxmox_vm_make_template'],
  ['start', 'proxmox_vm_start_after_create'],
  // PVE stores it as ide2.
  ['cdrom', 'ide2 in proxmox_vm_disks'],
  ...(
    'vmid lock delete revert digest force skiplock archive storage unique node bwlimit live-restore ' +
    'import-working-storage ha-managed background_delay'
  )
    .split(' ')
    .map((option): [string, string] => [option, '']),
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
    return { message: 'is the disk that the cloud image becomes', fix: 'set proxmox_disk_* instead' };
  if (/^unused\d+$/.test(option))
    return { message: 'is a volume that no drive uses', fix: 'attach it by its name in proxmox_vm_disks' };
  const owner = OWNED.get(option) ?? (imageDisk === undefined ? undefined : cloudInitOwner(option));
  if (owner === undefined) return undefined;
  return {
    message: 'is an option that belongs to the role',
    fix: owner === '' ? 'remove it' : `set ${owner} instead`,
  };
}

function cloudInitOwner(option: string): string | undefined {
  const name = CLOUD_INIT.find(([pattern]) => pattern.test(option))?.[1];
  return name === undefined || name === '' ? name : `proxmox_vm_cloud_init_${name}`;
}

function formProblem(option: string, value: unknown): Found | undefined {
  const fix = 'see `man qm` for its options';
  if (!/^[a-z][a-z0-9_-]*$/.test(option)) return { message: 'is not the name of an option of qm', fix };
  if (typeof value === 'object' && value !== null)
    return { message: 'is a list or a dictionary, and qm takes text', fix };
  if (/[\n\r\0]/.test(String(value))) return { message: 'has a value of more than one line', fix };
  return undefined;
}
