"""What the fork server imports once. Nothing runs here: a process that has threads must not be forked."""

from importlib import import_module

from sovereign_kernel.pipeline.project import load_graph_module

for name in (
    "httpx",
    "langgraph.checkpoint.sqlite",
    "langgraph.graph",
    "sovereign_kernel.api",
    "sovereign_kernel.pipeline.nodes.policy",
    "sovereign_kernel.verification",
):
    import_module(name)
load_graph_module()
