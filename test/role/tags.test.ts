import { expect } from 'chai';
import { TAG_PROMISES } from '../../build/outputs/tag-table.ts';
import { makeSandbox, stageModules, type Call, type Played, type Sandbox } from './sandbox.ts';

const CALLERS = {
  include_role: '  tasks: [{name: Call, include_role: {name: proxmox}, tags: [always]}]',
  import_role: '  tasks: [{name: Call, import_role: {name: proxmox}}]',
  roles: '  roles: [proxmox]',
} as const;

type Caller = keyof typeof CALLERS;

/** One of each kind: where these agree with an include, so does the rest, which is the role's own and not the caller's. */
const BY_ALL: ReadonlySet<string> = new Set(['--tags vm,create', '--skip-tags image']);
const callersOf = (options: string): readonly Caller[] =>
  BY_ALL.has(options) ? ['include_role', 'import_role', 'roles'] : ['include_role'];

/** The ways to call a role in one playbook: one start of Ansible tries them all. */
const playbook = (callers: readonly Caller[]): string =>
  callers
    .map(
      caller => `
- name: ${caller}
  hosts: localhost
  connection: local
  gather_facts: false
  environment: {CALLER: ${caller}}
  vars:
    proxmox_vm_name: web
    proxmox_vm_vmid: 9000
    proxmox_vm_node: pve01
    proxmox_vm_cloud_image: debian-12
    proxmox_vm_make_template: true
    proxmox_vm_create_clones: true
    proxmox_vm_clones: [{name: web-01, vmid: 301}]
${CALLERS[caller]}`,
    )
    .join('');

/** Numbers of the stages of which a module ran for the caller. */
const stagesOf = (caller: string, calls: readonly Call[]): number[] => {
  const ran = calls.filter(call => call.caller === caller).map(call => call.module);
  return stageModules.flatMap((modules, index) =>
    modules.some(name => ran.includes(name)) ? [index + 1] : [],
  );
};

describe('tags of the role', () => {
  const played = new Map<string, Played>();
  let sandbox: Sandbox;

  before(async function () {
    this.timeout(300_000);
    sandbox = await makeSandbox();
    const waiting = TAG_PROMISES.map(([options]) => options);
    const playNext = async (): Promise<void> => {
      const options = waiting.pop();
      if (options === undefined) return;
      played.set(
        options,
        await sandbox.play(playbook(callersOf(options)), options.split(' ').filter(Boolean)),
      );
      await playNext();
    };
    await Promise.all([playNext(), playNext()]);
  });
  after(() => sandbox.remove());

  for (const [options, numbers] of TAG_PROMISES) {
    for (const caller of callersOf(options)) {
      it(`${options === '' ? 'no tags' : options} by ${caller}: ${numbers.join(', ')}`, () => {
        const { calls, output, exitCode } = played.get(options)!;

        expect(exitCode, output).to.equal(0);
        expect(stagesOf(caller, calls)).to.deep.equal(numbers);
      });
    }
  }
});
