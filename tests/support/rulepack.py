"""A rule file of the hospital's own."""

from pathlib import Path

RULE = """rules:
  - id: ZZ01
    title: 测试规则
    severity: must_fix
    classes: kepu promo
    basis:
      - {law: 《测试法》, article: 第一条, mark: T}
    last_verified: 2026-11-01
    suggestion: 删去这些词。
    triggers:
      - terms: 甲乙丙丁
        patterns:
          - 戊.{0,6}己
    examples:
      hit: [这里有甲乙丙丁]
      clean: [这里没有]
"""


def write_rules(folder: Path, text: str, name: str = "own.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder
