"""Keeps what ansible-playbook reads as YAML: descriptions of its own plugins for the most part, and the files of the role."""

import sys

if sys.orig_argv[1:2] and sys.orig_argv[1].endswith("/ansible-playbook"):
    import gc
    import os
    import pickle
    from hashlib import sha256
    from pathlib import Path

    import yaml

    # It ends before there is much to collect.
    gc.disable()
    FOLDER = Path(os.environ["KEPT"]) / "yaml"
    FOLDER.mkdir(parents=True, exist_ok=True)
    load_anew = yaml.load

    def load_once(stream, Loader):
        if not isinstance(stream, (str, bytes)):
            if Loader is not yaml.CSafeLoader:
                return load_anew(stream, Loader)
            # A file of Ansible's own settings.
            stream = stream.read()
        file = FOLDER / sha256(_key(stream, Loader).encode()).hexdigest()
        try:
            return pickle.loads(file.read_bytes())
        except FileNotFoundError:
            value = load_anew(stream, Loader)
        aside = file.with_suffix(f".{os.getpid()}")
        aside.write_bytes(pickle.dumps(value))
        aside.rename(file)
        return value

    def _key(text, loader):
        """All that the value depends on: a text of Ansible's knows where it is from, and whether it is trusted."""
        from ansible.module_utils._internal._datatag import AnsibleTagHelper
        from ansible.release import __version__

        tags = sorted(map(repr, AnsibleTagHelper.tags(text)))
        return repr((__version__, yaml.__version__, loader.__module__, loader.__name__, tags, str(text)))

    yaml.load = load_once
