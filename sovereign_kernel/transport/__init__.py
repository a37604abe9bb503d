"""What touches the network: one guarded HTTP client, and the owner's proxies and certificates."""
