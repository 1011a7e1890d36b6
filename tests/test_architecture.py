"""Imports run one way, and each heavy dependency has one importing module.

The syntax trees are walked, so that lazy imports inside functions count as well.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ALLOWED = {
    "index": set(),
    "prompts": set(),
    "qa": {"index", "prompts"},
    "ui": {"qa", "index"},
    "eval": {"qa", "index", "prompts"},
}
HEAVY = {
    "llama_cpp": "index/llama_runtime.py",
    "chromadb": "index/vectors.py",
    "tantivy": "index/keywords.py",
    "onnxruntime": "index/onnx_embedder.py",
    "onnx": "index/onnx_graph.py",
    "huggingface_hub": "index/hub.py",
    "tokenizers": "index/onnx_embedder.py",
    "trafilatura": "index/html_reading.py",
    "pypdfium2": "index/pdf_reading.py",
    "docx": "index/docx_reading.py",
    "odfdo": "index/odt_reading.py",
    "striprtf": "index/rtf_reading.py",
    "warcio": "index/archive_reading.py",
    "feedparser": "index/feeds.py",
    "protego": "index/robots.py",
    "gradio": "ui/chat.py",
    "openai": "qa/remote_model.py",
    "py3langid": "index/languages.py",
    "dateparser": "index/month_names.py",
    "rensa": "index/origins.py",
}
MODULES = sorted(path for package in ALLOWED for path in (ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Return the top-level names that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def dynamically_imported(path: Path) -> set[str]:
    """Return the top-level names given to import_module as a literal."""
    calls = [
        n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)
    ]
    return {
        str(call.args[0].value).split(".")[0]
        for call in calls
        if getattr(call.func, "id", getattr(call.func, "attr", ""))
        in {"import_module", "__import__"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    ours = (imported(path) | dynamically_imported(path)) & ALLOWED.keys()
    assert ours - ALLOWED[package] - {package} == set()


@pytest.mark.parametrize(("dependency", "module"), HEAVY.items())
def test_a_heavy_dependency_has_one_importing_module(dependency: str, module: str) -> None:
    importers = {
        str(path.relative_to(ROOT))
        for path in MODULES
        if dependency in imported(path) | dynamically_imported(path)
    }
    assert importers == {module}


def test_the_rule_would_notice_a_lazy_import(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("def f():\n    from ui.cli import main\n    return main\n", encoding="utf-8")
    assert imported(module) == {"ui"}


def test_no_import_cycles() -> None:
    """A module imports no module that, directly or not, imports it at load time."""
    graph = {_name(path): _load_time_imports(path) for path in MODULES}
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join([*above, name])
        if name in done or name not in graph:
            return
        for target in sorted(graph[name]):
            visit(target, (*above, name))
        done.add(name)

    for name in graph:
        visit(name, ())


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _load_time_imports(path: Path) -> set[str]:
    """Return our modules imported at the top level of the file, outside TYPE_CHECKING."""
    names = {_name(module) for module in MODULES}
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            submodules = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (submodules & names) or {node.module}
    return (found & names) - {_name(path)}
