"""Confirmation links: a customer confirms or rejects what a partner states."""
