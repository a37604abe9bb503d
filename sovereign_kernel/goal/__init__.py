"""What a run is asked: a goal is cleaned, read once by code or by a model, and its reading is a record that all else
goes by."""

from sovereign_kernel.goal.cleaning import clean_goal
from sovereign_kernel.goal.facets import once, speaks_to, stems_of
from sovereign_kernel.goal.queries import expand_queries, plan_queries
from sovereign_kernel.goal.understanding import analyse
from sovereign_kernel.records import Goal

__all__ = ["Goal", "analyse", "clean_goal", "expand_queries", "once", "plan_queries", "speaks_to", "stems_of"]
