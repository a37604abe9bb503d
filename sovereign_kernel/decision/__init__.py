"""The tribunal's rounds and the policy's rules."""
