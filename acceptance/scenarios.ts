import type { Wanted } from './arguments.ts';

/** One run of a playbook, and what is to come of it. */
export interface Step {
  readonly says: string;
  readonly playbook: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly expects: Expectation;
  /** Text of the output at which the run is killed. */
  readonly killAt?: string;
}

/**
 * `predicts`: in check mode, changes are told and the node stays as it is; `changes`: it is changed; `nothing`: a run that
 * finds nothing to do; `refuses`: it fails and the node stays as it is; `dies`: it is killed on its way; `differs`: what was
 * there is changed past the role; `finishes`: whatever is left to do is done, which may be nothing, because the node goes on
 * when the controller is gone.
 */
export type Expectation = 'predicts' | 'changes' | 'nothing' | 'refuses' | 'dies' | 'differs' | 'finishes';

export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
}

const [VM, TEMPLATE, REMOVAL] = ['vm.yml', 'template.yml', 'removal.yml'];
const KILLED = { acceptance_which: 1 };
const NEWER = { acceptance_memory: 1280 };
/** A task of the role, in the middle of its work. */
const MIDDLE = ': configure-vm | Import the image as disk]';

/** The promises in the order in which they are tried; later ones stand on what earlier ones have made. */
export const scenariosOf = ({ boot }: Pick<Wanted, 'boot'>): readonly Scenario[] =>
  boot === undefined ? SCENARIOS : [...SCENARIOS, booting(boot)];

/** The agent tells an address that DHCP gives; at a known one the guest's SSH server is asked. */
function booting({ ip, gateway }: NonNullable<Wanted['boot']>): Scenario {
  const variables = {
    proxmox_vm_cloud_init_ip: ip,
    proxmox_vm_wait_for: ip === 'dhcp' ? 'address' : 'ssh',
    ...(ip === 'dhcp' && { proxmox_vm_agent: true }),
    proxmox_vm_cloud_init_install_agent: ip === 'dhcp',
    ...(gateway !== undefined && { proxmox_vm_cloud_init_gw: gateway }),
  };
  return {
    name: 'a guest boots',
    steps: [
      { says: 'it starts, and answers', playbook: 'boot.yml', variables, expects: 'changes' },
      { says: 'a second run changes nothing', playbook: 'boot.yml', variables, expects: 'nothing' },
    ],
  };
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'a VM of an image: UEFI, TPM, disks, networks, cloud-init',
    steps: [
      { says: 'check mode predicts it and makes nothing', playbook: VM, expects: 'predicts' },
      { says: 'it is made', playbook: VM, expects: 'changes' },
      { says: 'a second run changes nothing', playbook: VM, expects: 'nothing' },
    ],
  },
  {
    name: 'what was changed by hand is mended',
    steps: [
      { says: 'somebody changes it', playbook: 'by-hand.yml', expects: 'differs' },
      { says: 'check mode tells what differs and leaves it', playbook: VM, expects: 'predicts' },
      { says: 'it is as wanted again', playbook: VM, expects: 'changes' },
    ],
  },
  {
    name: 'a run that is killed is finished by the next',
    steps: [
      { says: 'the run is killed', playbook: VM, variables: KILLED, expects: 'dies', killAt: MIDDLE },
      { says: 'the next run finishes it', playbook: VM, variables: KILLED, expects: 'finishes' },
      { says: 'and leaves nothing to do', playbook: VM, variables: KILLED, expects: 'nothing' },
    ],
  },
  {
    name: 'a template with a linked and a full clone',
    steps: [
      { says: 'they are made', playbook: TEMPLATE, expects: 'changes' },
      { says: 'a second run changes nothing', playbook: TEMPLATE, expects: 'nothing' },
    ],
  },
  {
    name: 'a template gives way to a newer generation',
    steps: [
      { says: 'check mode tells why', playbook: TEMPLATE, variables: NEWER, expects: 'predicts' },
      {
        says: 'the newer one takes over, clones stay',
        playbook: TEMPLATE,
        variables: NEWER,
        expects: 'changes',
      },
      { says: 'a second run changes nothing', playbook: TEMPLATE, variables: NEWER, expects: 'nothing' },
    ],
  },
  {
    name: 'removal',
    steps: [
      {
        says: 'without its name once more nothing is removed',
        playbook: REMOVAL,
        variables: { acceptance_confirm: 'another' },
        expects: 'refuses',
      },
      { says: 'check mode predicts it and keeps the VM', playbook: REMOVAL, expects: 'predicts' },
      { says: 'the VM goes', playbook: REMOVAL, expects: 'changes' },
      { says: 'a second run changes nothing', playbook: REMOVAL, expects: 'nothing' },
    ],
  },
];
