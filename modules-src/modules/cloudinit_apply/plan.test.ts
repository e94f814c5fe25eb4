import { optionName } from '../../sdk/option-name.ts';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { UserError } from '../../sdk/error.ts';
import type { Step } from '../../sdk/step.ts';
import { cloudInitWarnings } from '../../pve/cloud-init/wanted.ts';
import { planCloudInit } from './plan.ts';
import type { Observed, Wanted } from './plan.ts';
import { foundSnippets } from '../../pve/cloud-init/snippets.fixture.ts';
import { KEY, HASH, DRIVE, wanted, vm, observed } from './scene.fixture.ts';

const plan = (more: Partial<Wanted>, config = DRIVE, seen: Partial<Observed> = {}): Step[] =>
  planCloudInit({ ...wanted, ...more }, observed(config, seen)).flat();

const verbs = (steps: readonly Step[]): string[] =>
  steps.map(({ action }) => (action.kind === 'qm' ? action.verb : action.kind));

const setProperties = (steps: readonly Step[]): unknown =>
  steps.flatMap(({ action }) =>
    action.kind === 'qm' && action.verb === 'set' ? [action.properties] : [],
  )[0];

describe('a VM without cloud-init', () => {
  it('gets drive, user, keys, password, address and DNS in one call', () => {
    const steps = plan(
      {
        user: 'deploy',
        ssh_keys: [KEY],
        ip: '192.0.2.10/24',
        gw: '192.0.2.1',
        dns: ['192.0.2.53'],
        domain: ['example.test'],
      },
      'scsi0: local:200/vm-200-disk-0.raw\n',
      { passwordHash: HASH },
    );

    expect(verbs(steps)).to.deep.equal(['set']);
    expect(setProperties(steps)).to.deep.equal({
      scsi30: 'local:cloudinit',
      citype: 'nocloud',
      ciuser: 'deploy',
      nameserver: '192.0.2.53',
      searchdomain: 'example.test',
      ipconfig0: 'ip=192.0.2.10/24,gw=192.0.2.1',
      sshkeys: { file: `${KEY}\n` },
      cipassword: { secret: HASH },
    });
  });

  it('needs its drive written by no further call, because attaching writes it', () => {
    expect(verbs(plan({ user: 'deploy' }, ''))).to.deep.equal(['set']);
  });

  it('is planned in check mode although it is yet to be made', () => {
    expect(verbs(plan({ user: 'deploy' }, '', { vm: { ...vm(''), assumed: true } }))).to.deep.equal(['set']);
  });
});

describe('a VM that somebody else has made', () => {
  const assumed = { user: 'ubuntu', ip: 'dhcp', install_agent: true };
  const said = { assumed, ...assumed, type: undefined, agent: 'enabled=1' };
  const theirs = 'scsi0: local:200/vm-200-disk-0.raw\nciuser: admin\nipconfig0: ip=192.0.2.9/24\n';

  it('gets nothing of the defaults, not even a drive', () => {
    expect(plan(said, theirs)).to.deep.equal([]);
  });

  it('gets what was said, and a drive that tells it', () => {
    expect(setProperties(plan({ ...said, ip: '192.0.2.7/24', gw: 'none' }, theirs))).to.deep.equal({
      scsi30: 'local:cloudinit',
      ipconfig0: 'ip=192.0.2.7/24',
    });
  });

  it('that is ours gets the defaults', () => {
    const ours = 'description: <!-- proxmox-role%3A {"vmid"%3A200} -->\n';

    expect(setProperties(plan(said, ours))).to.include({ citype: 'nocloud', ciuser: 'ubuntu' });
  });
});

describe('several search domains', () => {
  const domains = { user: 'deploy', ssh_keys: [KEY], domain: ['a.test', 'b.test'] };

  it('leave the host name in the first of them', () => {
    const [snippet, set] = plan(domains);
    const text = snippet?.action.kind === 'put-snippet' ? snippet.action.content : '';

    expect(load(text)).to.include({ hostname: 'web-01', fqdn: 'web-01.a.test', user: 'deploy' });
    expect(setProperties(set === undefined ? [] : [set])).to.include({ searchdomain: 'a.test b.test' });
  });

  it('need no snippet when there is one, and cannot have one for Windows', () => {
    expect(verbs(plan({ ...domains, domain: ['a.test'] }))).to.not.contain('put-snippet');
    expect(verbs(plan(domains, DRIVE, { isWindows: true }))).to.not.contain('put-snippet');
  });

  it('are warned about where no snippet can be written', () => {
    const none = { snippetStorage: undefined };

    expect(verbs(plan(domains, DRIVE, none))).to.not.contain('put-snippet');
    expect(cloudInitWarnings({ ...wanted, ...domains }, observed(DRIVE, none)).warnings?.[0]).to.match(
      /has several domains, .*give one, or let a storage hold snippets/,
    );
  });
});

describe('a VM with cloud-init', () => {
  it('needs nothing when all is as wanted', () => {
    expect(
      plan({ user: 'deploy', ip: 'dhcp' }, `${DRIVE}ciuser: deploy\nipconfig0: ip=dhcp\n`),
    ).to.deep.equal([]);
  });

  it('gets what differs, and its drive anew', () => {
    const steps = plan({ user: 'deploy' }, `${DRIVE}ciuser: me\n`);

    expect(verbs(steps)).to.deep.equal(['set', 'cloudinit update']);
    expect(setProperties(steps)).to.deep.equal({ ciuser: 'deploy' });
  });

  it('gets its drive anew when only a snippet differs', () => {
    const cicustom = 'cicustom: vendor=local:snippets/proxmox-role-200-0c0ffee0-vendor.yaml\n';

    expect(verbs(plan({ vendor_data: 'a: 1\n' }, DRIVE + cicustom))).to.deep.equal([
      'put-snippet',
      'cloudinit update',
    ]);
  });
});

describe('a drive that an earlier run left stale', () => {
  const cicustom = 'cicustom: vendor=local:snippets/proxmox-role-200-0c0ffee0-vendor.yaml\n';
  const late = 'ciuser: b\n\n[special:cloudinit]\nciuser: a\n';
  const drive = new Map([['vendor', 'old'] as const]);

  it('is written anew when PVE has noted what the drive of the running VM lacks', () => {
    expect(verbs(plan({}, DRIVE + late, { vm: { ...vm(DRIVE + late), running: true } }))).to.deep.equal([
      'cloudinit update',
    ]);
  });

  it('is left alone on a VM that does not run, whose start writes it', () => {
    expect(plan({}, DRIVE + late)).to.deep.equal([]);
  });

  it('is written anew when a snippet of ours is not what the drive has', () => {
    expect(
      verbs(
        plan({ vendor_data: '#cloud-config\na: 1\n' }, DRIVE + cicustom, {
          drive,
          snippetTexts: new Map([
            ['local:snippets/proxmox-role-200-0c0ffee0-vendor.yaml', '#cloud-config\na: 1\n'],
          ]),
          ownSnippets: foundSnippets(['local:snippets/proxmox-role-200-0c0ffee0-vendor.yaml']),
          customTexts: new Map([['vendor', '#cloud-config\na: 1\n']]),
        }),
      ),
    ).to.deep.equal(['cloudinit update']);
  });

  it('is nobody’s business when the snippet is the user’s own', () => {
    expect(
      plan({}, `${DRIVE}cicustom: vendor=local:snippets/mine.yaml\n`, {
        drive,
        customTexts: new Map([['vendor', 'new']]),
      }),
    ).to.deep.equal([]);
  });
});

describe('SSH keys', () => {
  it('may be several lines with comments among them', () => {
    const steps = plan({ ssh_keys: [`# mine\n${KEY}\n\nssh-rsa BBBB other \r\n`] });

    expect(setProperties(steps)).to.deep.equal({ sshkeys: { file: `${KEY}\nssh-rsa BBBB other\n` } });
  });

  it('come from the list and the file, each once', () => {
    const steps = plan({ ssh_keys: [KEY, ''] }, DRIVE, { fileKeys: [KEY, 'ssh-rsa BBBB other'] });

    expect(setProperties(steps)).to.deep.equal({ sshkeys: { file: `${KEY}\nssh-rsa BBBB other\n` } });
  });
});

describe('addresses', () => {
  it('of further devices stand beside the first', () => {
    expect(setProperties(plan({ ip: 'dhcp', networks: { net1: 'ip=10.0.0.5/24' } }))).to.deep.equal({
      ipconfig0: 'ip=dhcp',
      ipconfig1: 'ip=10.0.0.5/24',
    });
  });

  it('of the first device may be written out', () => {
    expect(setProperties(plan({ ip: 'dhcp', networks: { net0: 'ip=10.0.0.5/24' } }))).to.deep.equal({
      ipconfig0: 'ip=10.0.0.5/24',
    });
  });

  it('are set for all 32 devices', () => {
    const networks = Object.fromEntries(
      Array.from({ length: 31 }, (_, index) => [
        `net${index + 1}`,
        { ip: `10.0.${index}.5/24`, ip6: 'auto' },
      ]),
    );
    const set = setProperties(plan({ ip: 'dhcp', networks })) as Record<string, string>;

    expect(Object.keys(set)).to.have.lengthOf(32);
    expect(set['ipconfig31']).to.equal('ip=10.0.30.5/24,ip6=auto');
  });

  it('come with DNS servers and domains, however these are separated', () => {
    expect(
      setProperties(
        plan({ dns: ['1.1.1.1 8.8.8.8', '9.9.9.9'], domain: ['a.test', 'b.test'], type: undefined }, DRIVE, {
          snippetStorage: undefined,
        }),
      ),
    ).to.deep.equal({ nameserver: '1.1.1.1 8.8.8.8 9.9.9.9', searchdomain: 'a.test b.test' });
  });

  it('that are static need a gateway', () => {
    expect(() => plan({ ip: '192.0.2.10/24' })).to.throw(
      UserError,
      `and no gateway; set ${optionName('cloud_init_gw')}`,
    );
  });

  it('by DHCP need none', () => {
    expect(setProperties(plan({ ip: 'dhcp', gw: '192.0.2.1' }))).to.deep.equal({ ipconfig0: 'ip=dhcp' });
  });
});

describe('snippets', () => {
  const written = (more: Partial<Wanted>, seen: Partial<Observed> = {}): readonly string[] =>
    plan(more, DRIVE, seen).flatMap(({ action }) => (action.kind === 'put-snippet' ? [action.volume] : []));
  const content = (more: Partial<Wanted>, seen: Partial<Observed> = {}): string =>
    plan(more, DRIVE, seen).flatMap(({ action }) =>
      action.kind === 'put-snippet' ? [action.content] : [],
    )[0] ?? '';

  it('are written before the call that names them', () => {
    expect(verbs(plan({ vendor_data: 'a: 1\n' }, ''))).to.deep.equal(['put-snippet', 'set']);
  });

  it('are written for each kind that is wanted', () => {
    expect(written({ user_data: 'a: 1\n', network_data: 'version: 2\n', meta_data: 'x: 1\n' })).to.deep.equal(
      [
        'local:snippets/proxmox-role-200-0c0ffee0-user.yaml',
        'local:snippets/proxmox-role-200-0c0ffee0-network.yaml',
        'local:snippets/proxmox-role-200-0c0ffee0-meta.yaml',
      ],
    );
  });

  it('of the user have name, user, password and keys merged in, which PVE would leave out', () => {
    const text = content({ user_data: 'ntp: {}\n', user: 'deploy', ssh_keys: [KEY] }, { passwordHash: HASH });

    expect(load(text)).to.deep.include({
      hostname: 'web-01',
      user: 'deploy',
      password: HASH,
      ssh_authorized_keys: [KEY],
      ntp: {},
    });
  });

  it('come from files of the node, too', () => {
    expect(written({}, { fileTexts: new Map([['network', 'version: 2\n']]) })).to.deep.equal([
      'local:snippets/proxmox-role-200-0c0ffee0-network.yaml',
    ]);
  });

  it('that are no longer wanted are removed, after the call that forgets them', () => {
    const old = foundSnippets(['other:snippets/proxmox-role-200-0c0ffee0-user.yaml']);
    const config = `${DRIVE}cicustom: user=other:snippets/proxmox-role-200-0c0ffee0-user.yaml\n`;

    expect(verbs(plan({}, config, { ownSnippets: old }))).to.deep.equal([
      'set',
      'cloudinit update',
      'remove-snippet',
    ]);
  });

  it('install the agent when the VM uses it', () => {
    expect(content({ agent: 'true', install_agent: true })).to.contain('qemu-guest-agent');
    expect(written({ agent: 'false', install_agent: true })).to.deep.equal([]);
    expect(written({ agent: 'true', install_agent: false })).to.deep.equal([]);
  });

  it('install the agent when the VM uses it by a text or by an extra option', () => {
    expect(content({ agent: 'enabled=1,fstrim_cloned_disks=1', install_agent: true })).to.contain(
      'qemu-guest-agent',
    );
    expect(
      content({ agent: undefined, extra_config: { agent: 'enabled=1' }, install_agent: true }),
    ).to.contain('qemu-guest-agent');
  });

  it('that are there already are named, and nothing is written', () => {
    const named = { vendor_snippet: 'local:snippets/mine.yaml', agent: 'true', install_agent: true };

    expect(written(named)).to.deep.equal([]);
    expect(setProperties(plan(named))).to.deep.include({ cicustom: 'vendor=local:snippets/mine.yaml' });
  });

  it('are refused where no storage holds them', () => {
    expect(() =>
      plan({ user_data: 'a: 1\n', meta_data: 'b: 1\n' }, DRIVE, { snippetStorage: undefined }),
    ).to.throw(
      UserError,
      `asked for by ${optionName('cloud_init_user_data')}, ${optionName('cloud_init_meta_data')}: no usable storage of this node holds snippets`,
    );
  });

  it('that only install the agent are done without where no storage holds them', () => {
    expect(plan({ agent: 'true', install_agent: true }, DRIVE, { snippetStorage: undefined })).to.deep.equal(
      [],
    );
  });
});

describe('what is not ours', () => {
  it('is refused', () => {
    expect(() => plan({ name: 'db-01' })).to.throw(UserError, 'is named "web-01"');
    expect(() => plan({}, 'lock: backup\n')).to.throw(UserError, 'is locked');
    expect(() => plan({}, '', { vm: { ...vm(''), record: undefined } })).to.throw(
      UserError,
      '--tags vm,create',
    );
  });
});
