import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * Folders a file may not import from. Imports point one way (docs/implementation.md).
 * @param {string[]} files
 * @param {string[]} group
 * @param {string} message
 * @param {string[]} ignores
 * @returns {import('typescript-eslint').ConfigArray[number]}
 */
const forbid = (files, group, message, ignores = []) => ({
  files,
  ignores: ['**/*.test.ts', ...ignores],
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [{ group, message }] }] },
});

export default tseslint.config(
  { ignores: ['build/out', 'node_modules', '.venv', '.cache', 'role', '**/*.mjs'] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['**/*.test.ts', 'test/**'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
  forbid(
    ['modules-src/sdk/**'],
    ['../*', 'execa', 'node:fs*', 'node:child_process'],
    'sdk is pure and imports nothing of ours',
  ),
  forbid(
    ['modules-src/pve/**'],
    [
      '**/system/*',
      '**/http/*',
      '**/node/**',
      '**/runtime/*',
      '**/modules/**',
      '**/role-src/**',
      '**/build/**',
      '**/testnode/**',
      'execa',
      'node:fs*',
      'node:child_process',
    ],
    'pve is pure: it imports sdk at most',
  ),
  forbid(
    ['modules-src/system/**', 'modules-src/http/**', 'modules-src/node/**', 'modules-src/runtime/**'],
    ['**/modules/**', '**/role-src/**', '**/build/**', '**/testnode/**', 'execa'],
    'what modules stand on knows no module; execa belongs to run-command.ts',
    ['modules-src/system/run-command.ts'],
  ),
  forbid(
    ['modules-src/modules/**/plan.ts'],
    [
      '**/system/*',
      '**/http/*',
      '**/node/**',
      '**/runtime/*',
      'execa',
      'node:fs*',
      'node:child_process',
      '**/testnode/**',
    ],
    'a plan is pure: it imports sdk and pve only',
  ),
  forbid(
    ['modules-src/modules/**'],
    [
      '../../modules/*',
      '../{cloud_image_fetch,cloudinit_apply,node_preflight,qm_import_disk,template_*,vm_*}/*',
      '**/role-src/**',
      '**/build/**',
      '**/testnode/**',
      'execa',
    ],
    'modules never import each other',
    ['modules-src/modules/**/plan.ts'],
  ),
  forbid(
    ['role-src/**'],
    ['**/node/**', '**/runtime/*', '**/build/**', '**/testnode/**', 'execa'],
    'role-src imports options and module definitions',
  ),
  forbid(['build/**'], ['**/testnode/**'], 'nothing imports testnode'),
  forbid(
    ['testnode/**'],
    ['**/modules-src/**', '**/role-src/**', '**/build/**'],
    'the test node shares no code with what it tests',
  ),
);
