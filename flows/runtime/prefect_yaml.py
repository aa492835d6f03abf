"""prefect.yaml, written from the catalogue, for `prefect deploy --all` on work pools."""

from flows.runtime.catalogue import STEPS, Step

HEAD = """\
# Written by `yiyuan prefect-yaml` from flows/runtime/catalogue.py; a test holds the two equal. Do not edit.
# `prefect deploy --all` registers every step on the work pool of YIYUAN_WORK_POOL; docs/guides/operations.md, "Pools".
name: yiyuan
definitions:
  pool: &pool {name: "{{ $YIYUAN_WORK_POOL }}"}
  alone: &alone {limit: 1, collision_strategy: ENQUEUE}
# The product is installed where its steps run: there is no code to pull.
pull: []
deployments:
"""


def _entry(step: Step, timezone: str) -> list[str]:
    lines = [
        f"  - name: {step.name}",
        f"    entrypoint: {step.entrypoint.replace(':', '.')}",
        f'    description: "{step.description}"',
        f"    tags: [{', '.join(step.tags)}]",
        "    work_pool: *pool",
    ]
    if step.alone:
        lines.append("    concurrency_limit: *alone")
    if step.cron:
        lines.append(f'    schedules: [{{slug: {step.name}, cron: "{step.cron}", timezone: {timezone}}}]')
    return lines


def text(timezone: str = "Asia/Shanghai") -> str:
    """The whole file."""
    return HEAD + "".join(f"{line}\n" for step in STEPS for line in _entry(step, timezone))
