import { expect } from 'chai';
import { execa } from 'execa';
import { readdirSync, writeFileSync } from 'node:fs';
import { ownFolder } from '../../modules-src/system/own-folder.fixture.ts';
import { root } from '../../build/modules.ts';
import { SPARING } from './play.ts';

/** Expressions of each kind, and texts that depend on how the playbook was read. */
const PLAYBOOK = String.raw`
- hosts: localhost
  connection: local
  gather_facts: false
  vars:
    name: "{{ 'a\\tb' ~ '\t' }}"
    plain: '{{ "a\\tb" }}'
    long: |
      {% set kept = 1 %}
      {{ kept + item }}, {{ 'x' if item is odd else omit | default('y') }}
  tasks:
    - debug: {msg: "{{ name }} {{ plain }} {{ long }}"}
      loop: [1, 2]
      when: item in [1, 2]
    - debug: {msg: "{{ name | regex_replace('\\t', '-') }} {{ lookup('env', 'HOME') }} {{ nobody | default('none') }}"}
    - debug: {msg: "{{ nobody }}"}
      ignore_errors: true
    - debug: {msg: "{{ 1 + }}"}
      ignore_errors: true
    - debug: {msg: '{{ "a\\tb" }}'}
      when: '"a\\tb" | length == 4'
    - debug: {msg: never}
      when: nobody is defined
    - debug: {msg: never}
      when: "1 +"
      ignore_errors: true
`;

describe('Ansible as the tests run it', function () {
  const at = ownFolder(before, after);
  this.timeout(60_000);
  before(() => {
    writeFileSync(at('play.yml'), PLAYBOOK);
  });

  async function run(env: Readonly<Record<string, string>>): Promise<string> {
    const { all } = await execa(`${root}.venv/bin/ansible-playbook`, ['play.yml'], {
      cwd: at(),
      all: true,
      reject: false,
      env: { ...env, KEPT: at('kept') },
    });
    return all;
  }

  const kept = (): readonly string[] => readdirSync(at('kept'), { recursive: true, encoding: 'utf8' });

  it('says what it always says, when it reads and compiles a text and when it has kept it', async () => {
    const plain = await run({});
    const first = await run(SPARING);
    const texts = kept();
    const second = await run(SPARING);

    expect(plain).to.contain('ok=6').and.to.contain('ignored=3');
    expect(first).to.equal(plain);
    expect(second).to.equal(plain);
    for (const kind of ['templates/', 'yaml/'])
      expect(texts.filter(name => name.startsWith(kind))).to.have.length.above(5);
    expect(kept()).to.deep.equal(texts);
  });
});
