"""The outbox: notices become mails, and what comes back of them is heeded."""
