import type { SettingRow } from './on-node/setting-table.ts';

const INTRO = `<!-- Generated from test/settings/settings.test.ts: WRITE_DOCS=1 npx mocha test/settings/settings.test.ts -->

# What a running VM makes of a changed setting

Every line was tried: the change was declared for a VM that runs on a test node, and nothing but that option differed
afterwards. A VM that is stopped takes everything at once.

| word | meaning |
|---|---|
| live | set, and in effect at once |
| reboot | set, and pending until the VM is started again; \`proxmox_vm_apply: reboot\` (or \`stop\`) does that |
| stop | not set while the VM runs; \`proxmox_vm_apply: stop\` stops it, sets it and starts the VM again |
| refused | never done, because data would be lost; a warning says what to do instead |

What no variable mentions stays as it is.

| option of \`qm\` | variable | from | to | a running VM |
|---|---|---|---|---|
`;

/** The page of the documentation that lists all changes. */
export const settingPage = (rows: readonly SettingRow[]): string =>
  INTRO +
  [...rows]
    .sort((a, b) => (a.option < b.option ? -1 : Number(a.option > b.option)))
    .map(row => `${line(row)}\n`)
    .join('');

function line({ option, about, variables, before, after, effect, reason }: SettingRow): string {
  const what = `\`${option}\`${about === undefined ? '' : `, ${about}`}`;
  const names = variables.map(variableName).join(', ');
  const cells = [what, names, code(before), effect === 'refused' ? '' : code(after), effect];
  return `| ${cells.join(' | ')}${reason === undefined ? '' : `: it ${plain(reason)}`} |`;
}

const variableName = (param: string): string =>
  `\`proxmox_${param.startsWith('disk_') ? '' : 'vm_'}${param}\``;

const code = (text: string | undefined): string =>
  text === undefined ? '' : `\`${(text.split('\n', 1)[0] ?? '').replaceAll('|', '\\|')}\``;

/** Numbers of VMs and volumes are those of the test. */
const plain = (text: string): string => text.replaceAll('|', '\\|');
