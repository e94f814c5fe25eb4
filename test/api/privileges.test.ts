import { expect } from 'chai';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/modules.ts';
import { restEnvironment } from '../../testnode/host/rest-access.ts';
import { CONFIG_WITHOUT_SNIPPETS } from '../../testnode/host/storage-config.ts';
import { byApi, type WayIn } from '../doors/door.ts';
import { sceneByApi } from '../doors/playbook.ts';
import { startScene, type Scene } from '../scene.ts';
import { EXAMPLES, type Example } from './privilege-examples.ts';
import { recordModules, type Recorded } from './recorded.ts';
import { asRoot, pveumCommands } from './token.ts';

/** `npm run test:privileges` has all examples, and all privileges of each; SEED says what a run of all tests has. */
const { MANY, SEED } = process.env;
const seed = Number(SEED ?? 5);
const examples = MANY === undefined ? [EXAMPLES[seed % EXAMPLES.length]!] : EXAMPLES;
const chosen = (privileges: readonly Held[]): readonly Held[] =>
  MANY === undefined ? [0, 1].map(step => privileges[(seed + step) % privileges.length]!) : privileges;

/** Every guest goes, clones before what they are of, and what was brought for them. */
const CLEAR = `
cd /etc/pve/qemu-server
for pass in 1 2; do
  for file in $(ls -r); do
    id=\${file%.conf}
    sed -i -e /^protection:/d -e /^lock:/d $file
    qm stop $id; qm destroy $id --purge
  done
done > /dev/null 2>&1
rm -f /var/lib/vz/import/* /var/lib/vz/template/iso/proxmox-role-*
ls`;

const RULES = '/etc/pve/user.cfg';

describe('the role that is told for an example', function () {
  this.timeout(3_600_000);
  let scene: Scene;
  let folder: string;
  before(async () => {
    const nodes = await startScene({
      storageConfig: CONFIG_WITHOUT_SNIPPETS,
      settings: { unauthorizedDelay: 0 },
    });
    scene = await sceneByApi(nodes);
    folder = join(scene.home, 'examples');
    cpSync(`${root}examples`, folder, { recursive: true });
    mkdirSync(join(folder, 'keys'));
    writeFileSync(join(folder, 'keys/prod-app.pub'), `${scene.publicKey}\n`);
  });
  after(() => scene.down());

  const onNode = (command: string): Promise<string> => asRoot(scene.cluster, command);
  const clear = async (): Promise<void> => {
    expect(await onNode(CLEAR)).to.equal('');
  };
  const rules = (): Promise<string> => onNode(`grep -v ^token: ${RULES}`);

  /** What root's token lets the role start for the example. */
  async function record({ name, runs, prepare }: Example): Promise<readonly Recorded[]> {
    await prepare?.(scene);
    const playbook = join(folder, `${name}.yml`);
    const text = readFileSync(playbook, 'utf8').replaceAll('sha256:...', `sha256:${scene.imageDigest}`);
    writeFileSync(playbook, text);
    const { PROXMOX_HOST, PROXMOX_TOKEN_SECRET } = restEnvironment(scene.cluster);
    const login = {
      proxmox_api_host: PROXMOX_HOST,
      proxmox_api_token_id: 'root@pam!test',
      proxmox_api_token_secret: PROXMOX_TOKEN_SECRET,
    };
    const recorded = await recordModules(
      scene,
      runs.map(more => ({ playbook, args: ['-e', JSON.stringify({ ...login, ...more })] })),
    );
    await clear();
    return recorded;
  }

  const way = (secret: string, more: Readonly<Record<string, unknown>> = {}): WayIn => {
    const { PROXMOX_HOST: host = '', REQUESTS_CA_BUNDLE: caFile = '' } = restEnvironment(scene.cluster);
    const login = { user: 'ansible@pve', tokenName: 'role', tokenSecret: secret, password: '' };
    return byApi(scene.cluster, { host, caFile, ...login }, more);
  };

  /** Makes the token, and gives it what the role tells before there is one; preflight tells what more VMs need. */
  async function grant(preflights: readonly Recorded[]): Promise<WayIn> {
    await onNode(`sed -i /[Aa]nsible/d ${RULES}`);
    const [first, ...others] = preflights;
    const told = await way('', { api_host: undefined, permissions: true }).run(first!.module, first!.args);
    let token = way('');
    for (const command of pveumCommands(JSON.stringify(told['permissions']))) {
      const isToken = command.startsWith('pveum user token add');
      const printed = await onNode(isToken ? `${command} --output-format json` : command);
      // The answer of our own pveum.
      if (isToken) token = way((JSON.parse(printed) as { readonly value: string }).value);
    }
    for (const { module, args } of others) await mend((await token.run(module, args)).msg);
    return token;
  }

  const mend = async (message: string): Promise<void> => {
    for (const command of new Set(pveumCommands(message))) await onNode(command);
  };

  /** Why the first that fails has failed; a clone may fail with a warning alone. */
  async function failure(token: WayIn, recorded: readonly Recorded[]): Promise<string | undefined> {
    for (const { module, args } of recorded) {
      const { failed, left, msg } = await token.run(module, args);
      if (failed || left !== undefined) return `${module}: ${msg}`;
    }
    return undefined;
  }

  for (const example of examples)
    it(`lets ${titleOf(example)} pass; each privilege that is taken away is named, with what gives it back`, async () => {
      const recorded = await record(example);
      const preflights = firstOfEach(recorded.filter(({ module }) => module === 'node_preflight'));
      const works = recorded.filter(({ module }) => module !== 'node_preflight');
      const token = await grant(preflights);
      const first = await failure(token, recorded);
      expect(first, first).to.equal(undefined);
      await clear();

      const needless: string[] = [];
      const tried = chosen(privilegesIn(await rules()));
      for (const { role, privilege, others } of tried) {
        const before = await rules();
        await onNode(`pveum role modify ${role} --privs '${others.join(',')}'`);
        const missed = (await failure(token, preflights)) ?? 'nothing is missed';
        expect(missed, privilege).to.match(lacking(privilege));
        expect(await onNode('ls /etc/pve/qemu-server /var/lib/vz/import')).not.to.match(/conf|qcow2/);
        if ((await failure(token, works)) === undefined) needless.push(privilege);
        await clear();

        await mend(missed);
        const left = await failure(token, preflights);
        expect(left, `${privilege}: ${left ?? ''}`).to.equal(undefined);
        expect(await rules(), privilege).to.equal(before);
      }
      const spare = tried.flatMap(({ privilege }) => (example.spare?.includes(privilege) ? [privilege] : []));
      expect(needless, 'what nothing fails without').to.deep.equal(spare);
    });
});

function titleOf({ name, variant }: Example): string {
  return variant === undefined ? name : `${name} (${variant})`;
}

/** One for each VM. */
const firstOfEach = (preflights: readonly Recorded[]): readonly Recorded[] =>
  preflights.filter(
    (one, index) => preflights.findIndex(({ args }) => args['vm_name'] === one.args['vm_name']) === index,
  );

interface Held {
  readonly role: string;
  readonly privilege: string;
  /** What the role has besides. */
  readonly others: readonly string[];
}

const privilegesIn = (rules: string): readonly Held[] =>
  [...rules.matchAll(/^role:(\w+):([^:]*):/gm)].flatMap(([, role = '', list = '']) => {
    const held = list.split(',');
    return held.map(privilege => ({ role, privilege, others: held.filter(one => one !== privilege) }));
  });

const lacking = (privilege: string): RegExp => {
  const name = privilege.replaceAll('.', '[.]');
  return new RegExp(
    `PVE-API-004 [^\\n]*ansible@pve!role lacks [^\\n]*\\b${name}\\b[^\\n]*; as root on a node: pveum`,
  );
};
