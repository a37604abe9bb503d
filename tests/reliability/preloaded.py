"""What the fork server imports once. Nothing runs here: a process that has threads must not be forked."""

import langchain_openai
import langgraph.checkpoint.sqlite
import langgraph.graph
import sklearn.feature_extraction.text

import sovereign_kernel.kernel
import sovereign_kernel.project
import sovereign_kernel.stages.deciding
import sovereign_kernel.verification

sovereign_kernel.project.load_graph_module()
