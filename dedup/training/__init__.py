"""How the learned parts of the product were made. Not needed to run it (extra `train`)."""
