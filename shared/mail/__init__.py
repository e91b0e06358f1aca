"""Mails: what they say, how they become MIME, how they are sent."""
