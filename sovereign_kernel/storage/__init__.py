"""What touches the disk: atomic files, canonical JSON, cache folders."""
