import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { root } from '../../build/modules.ts';
import { codes } from '../../modules-src/modules/node_preflight/codes.ts';
import { isOwn } from '../../role-src/expression.ts';
import { variables } from '../../role-src/variables.ts';

const PAGE = readFileSync(`${root}docs/reference/requirements.md`, 'utf8');
const FOLDERS = /^(?:build|docs|examples|modules-src|molecule|role|role-src|test|testnode)\/|^README\.md$/;

const spans = [...PAGE.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

describe('the map of requirements', () => {
  it('names files that exist', () => {
    const paths = spans.filter(text => FOLDERS.test(text));

    expect(paths).to.have.length.greaterThan(50);
    expect(paths.filter(path => !existsSync(root + path))).to.deep.equal([]);
  });

  it('names variables that exist', () => {
    const names = spans.filter(text => /^proxmox_[a-z0-9_]+$/.test(text) && text !== 'proxmox_kvm');

    expect(names.filter(name => !Object.hasOwn(variables, name) && !isOwn(name))).to.deep.equal([]);
  });

  it('names checks that exist', () => {
    const named = PAGE.match(/PVE-[A-Z]+-\d+/g) ?? [];

    expect(named.filter(code => !Object.hasOwn(codes, code))).to.deep.equal([]);
  });
});
