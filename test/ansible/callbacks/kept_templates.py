"""Keeps what Jinja compiles: the task's process, where ansible-core compiles templates and conditions, ends with its task."""

from __future__ import annotations

import gc
import os
from pathlib import Path

from ansible._internal._templating import _jinja_bits as ansible_jinja
from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import connection_loader, filter_loader, shell_loader, test_loader
from ansible.release import __version__ as ansible_version
from jinja2 import FileSystemBytecodeCache
from jinja2 import __version__ as jinja_version
from jinja2.environment import TemplateExpression

DOCUMENTATION = """
name: kept_templates
type: aggregate
short_description: Keeps what Jinja compiles, for the next process that has the same expression
description: Changes no result. Jinja does so with templates that are files, and not with texts.
"""

FOLDER = Path(os.environ["KEPT"]) / "templates"
FOLDER.mkdir(parents=True, exist_ok=True)

kept = FileSystemBytecodeCache(str(FOLDER), "%s")
compile_anew = ansible_jinja.AnsibleEnvironment.compile
compile_expression_anew = ansible_jinja.AnsibleEnvironment.compile_expression


def compile_once(environment, source, name=None, filename=None, raw=False, defer_init=False):
    if (name, filename, raw, defer_init) != (None, None, False, False):
        return compile_anew(environment, source, name, filename, raw, defer_init)
    if not isinstance(source, str):
        # Of an expression, of which Jinja compiles what it has parsed.
        environment.latest_code = compile_anew(environment, source)
        return environment.latest_code
    bucket = _bucket(environment, "template", source)
    if bucket.code is None:
        bucket.code = compile_anew(environment, source)
        kept.set_bucket(bucket)
    return bucket.code


def compile_expression_once(environment, source, undefined_to_none=True):
    bucket = _bucket(environment, "expression", source)
    if bucket.code is None:
        expression = compile_expression_anew(environment, source, undefined_to_none)
        bucket.code = environment.latest_code
        kept.set_bucket(bucket)
        return expression
    template = environment.template_class.from_code(environment, bucket.code, environment.make_globals(None))
    return TemplateExpression(template, undefined_to_none)


def _bucket(environment, kind, source):
    """Under a name of all that the code depends on."""
    context = ansible_jinja._TemplateCompileContext.current(optional=True)
    overrides = [getattr(environment, name) for name in ansible_jinja._TEMPLATE_OVERRIDE_FIELD_NAMES]
    escaped = context and context.escape_backslashes
    key = repr((ansible_version, jinja_version, kind, str(source), escaped, overrides))
    return kept.get_bucket(environment, key, None, source)


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "kept_templates"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ansible_jinja.AnsibleEnvironment.compile = compile_once
        ansible_jinja.AnsibleEnvironment.compile_expression = compile_expression_once
        # Each task's process inherits what is loaded here, and would load it anew.
        ansible_jinja.AnsibleEnvironment().lexer
        filter_loader.get("default"), test_loader.get("defined"), shell_loader.get("sh")
        for name in ("local", "ssh"):
            connection_loader.get(name, class_only=True)
        gc.freeze()
