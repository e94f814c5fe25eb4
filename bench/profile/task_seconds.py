"""Writes what each task took, and the processor time of Ansible itself, into the file that TASK_SECONDS names.

Of our own because ansible.posix.profile_tasks, which does a part of it, is to be had from Galaxy alone.
"""

import json
import os
import resource
import time

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: task_seconds
type: aggregate
short_description: Write the seconds of each task
description: Writes a JSON file of the tasks with their seconds, and of the processor time of Ansible.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "task_seconds"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self):
        super().__init__()
        self.tasks = []
        self.running = None

    def end_task(self):
        if self.running is not None:
            name, start = self.running
            self.tasks.append({"name": name, "seconds": time.monotonic() - start})

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.end_task()
        self.running = (task.get_name(), time.monotonic())

    def v2_playbook_on_stats(self, stats):
        self.end_task()
        own, children = (
            resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        processor = {
            "ansible": own.ru_utime + own.ru_stime,
            "its workers": children.ru_utime + children.ru_stime,
        }
        with open(os.environ["TASK_SECONDS"], "w", encoding="utf-8") as file:
            json.dump({"tasks": self.tasks, "processor": processor}, file)
