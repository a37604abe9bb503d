"""What the graph is made of: roles, reviewers, state, toolkit, events, nodes."""
