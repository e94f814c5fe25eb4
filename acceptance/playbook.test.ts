import { expect } from 'chai';
import { changedIn, errorIn } from './playbook.ts';

describe('what is read of a run of ansible-playbook', () => {
  it('is the first failure, whichever way Ansible prints it', () => {
    const one = 'fatal: [localhost -> pve01]: FAILED! => {"changed": false, "msg": "no\\nspace"}\nmore';
    const many =
      'fatal: [localhost]: FAILED! => {\n    "assertion": "x",\n    "msg": "no space"\n}\nPLAY RECAP';

    expect(errorIn(one)).to.equal('no space');
    expect(errorIn(many)).to.equal('no space');
  });

  it('is each problem that preflight names, once', () => {
    const listed = '        "problem PVE-STO-001 a: is not there; choose",\n';

    expect(errorIn(`${listed}${listed}fatal: [a]: FAILED! => {"msg": "1 problem"}`)).to.equal(
      'PVE-STO-001 a: is not there; choose',
    );
  });

  it('is the last line where nothing else was said', () => {
    expect(errorIn('a\nno such option\n')).to.equal('no such option');
  });

  it('counts what the recap has counted, on all hosts', () => {
    const recap = 'changed=9\nPLAY RECAP ***\na : ok=1 changed=2 failed=0\nb : ok=1 changed=1 failed=0\n';

    expect(changedIn(recap)).to.equal(3);
  });
});
