"""What the graph's own nodes do, between the roles: (state, tools) in, the change of state out. No LangGraph in
here."""
