"""Import rules that import-linter has no contract for; pyproject names them under `contract_types`."""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class AreaPages(Contract):
    """An area may import the framework and other areas' queries, never the pages of another area.

    A page module is `<package>.<area>.pages` or ends in `_pages`; `<area>.area` may name the pages of its own area.
    """

    type_name = "area_pages"
    #: import-linter puts the text given in pyproject in the field's place.
    package: Any = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Broken when a module of one area imports a page module of another."""
        found: list[str] = []
        for page in graph.modules:
            parts = page.split(".")
            if len(parts) != 3 or parts[0] != self.package or not (parts[2] == "pages" or parts[2].endswith("_pages")):
                continue
            home = f"{parts[0]}.{parts[1]}."
            importers = graph.find_modules_that_directly_import(page)
            found += [f"{importer} -> {page}" for importer in importers if not importer.startswith(home)]
        return ContractCheck(kept=not found, metadata={"found": sorted(found)})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line an import."""
        for line in check.metadata["found"]:
            output.print_error(line)
